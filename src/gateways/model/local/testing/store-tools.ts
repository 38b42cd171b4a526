import { z } from 'zod';
import type { TestTool } from './test-tool.ts';
import { testTool } from './test-tool.ts';

const order = z
  .string()
  .regex(/^ORD-\d{5}$/)
  .describe('Order number, like ORD-10234');

/** Tools of an online shop; the engine was never tried on them while it was made. */
export const storeTools: readonly TestTool[] = [
  testTool({
    name: 'trackOrder',
    description: 'Where an order is: its shipping status, carrier and expected delivery date',
    schema: z.object({ order }),
    effect: 'read',
    examples: ['where is my package?', '¿cuándo llega mi pedido?'],
    execute: ({ order: id }) => ({
      order: id ?? null,
      status: 'in transit',
      carrier: 'UPS',
      deliveryDate: '2026-03-06',
    }),
  }),
  testTool({
    name: 'checkStock',
    description: 'Whether a product is in stock, by its article number',
    schema: z.object({
      sku: z.string().regex(/^[A-Z]{3}-\d{3}$/),
      size: z.enum(['small', 'medium', 'large']).optional(),
    }),
    effect: 'read',
    examples: ['do you still have the blue jacket?', '¿queda alguno en la talla pequeña?'],
    execute: ({ sku }) => ({ sku: sku ?? null, available: true, pieces: 4 }),
  }),
  testTool({
    name: 'cancelOrder',
    description: 'Cancels an order that has not been shipped',
    schema: z.object({ order, reason: z.string().optional() }),
    effect: 'write',
    examples: ['cancel my order', 'anula mi pedido'],
  }),
  testTool({
    name: 'changeAddress',
    description: 'Changes the delivery postcode of an order',
    schema: z.object({ order, postcode: z.string().regex(/^\d{5}$/) }),
    effect: 'write',
    examples: ['deliver it to another postcode'],
  }),
  testTool({
    name: 'giveVoucher',
    description: 'Gives a customer a voucher in eur, sent to an e-mail address',
    schema: z.object({ email: z.email(), eur: z.number().positive().max(100) }),
    effect: 'write',
    examples: ['send a 10 euro voucher to ann@example.com'],
  }),
];
