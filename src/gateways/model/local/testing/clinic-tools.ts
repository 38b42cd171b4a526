import { z } from 'zod';
import type { TestTool } from './test-tool.ts';
import { testTool } from './test-tool.ts';

const patient = z
  .string()
  .regex(/^P-\d{5}$/)
  .describe('Patient number like P-00123');

/** Tools of a clinic. */
export const clinicTools: readonly TestTool[] = [
  testTool({
    name: 'patientRecord',
    description: 'Reads the record of a patient: allergies, diagnoses and current medication',
    schema: z.object({ patient }),
    effect: 'read',
    examples: ['what is the patient allergic to?', 'which drugs is she taking?'],
    execute: ({ patient: id }) => ({
      patient: id ?? null,
      allergies: ['penicillin'],
      medication: [{ name: 'Metformin', dose: '500 mg' }],
    }),
  }),
  testTool({
    name: 'labResults',
    description: 'Reads laboratory results of a patient',
    schema: z.object({
      patient,
      kind: z
        .enum(['blood', 'urine', 'imaging'])
        .optional()
        .describe('blood: haemogram and chemistry; urine: urine culture; imaging: x-ray, scan, mri'),
    }),
    effect: 'read',
    examples: ['show the blood work', 'are the lab results in?'],
    execute: () => ({ results: [] }),
  }),
  testTool({
    name: 'bookAppointment',
    description: 'Books an appointment for a patient with a doctor',
    schema: z.object({
      patient,
      date: z.iso.date(),
      time: z
        .string()
        .regex(/^\d{2}:\d{2}$/)
        .optional(),
      kind: z.enum(['checkup', 'followup', 'vaccination']).default('checkup'),
    }),
    effect: 'write',
    examples: ['book a checkup for tomorrow'],
  }),
  testTool({
    name: 'cancelAppointment',
    description: 'Cancels an appointment',
    schema: z.object({ appointment: z.string().regex(/^AP-\d+$/) }),
    effect: 'write',
    examples: ['cancel my appointment'],
  }),
  testTool({
    name: 'addNote',
    description: 'Adds a note to the record of a patient',
    schema: z.object({ patient, note: z.string().min(3) }),
    effect: 'write',
    examples: ['note that the patient feels better'],
  }),
];
