import { isStandardJsonSchema, isStandardSchema, isWrappedJsonSchema } from '../schema.ts';
import { isObject } from './check-fields.ts';
import { type Check, refuse } from './place.ts';
import { showValue } from './show-value.ts';

/** A schema that can check a value and describe itself as JSON Schema. */
export const schema: Check = (value, place) => {
  if (isStandardSchema(value)) {
    if (isStandardJsonSchema(value)) return;
    refuse(
      place,
      `is a schema of ${showValue(value['~standard'].vendor)} that cannot describe itself as JSON Schema`,
      'use zod 4.2 or later, the Standard JSON Schema wrapper of its library, or a plain JSON Schema object',
    );
  }
  if (isWrappedJsonSchema(value)) return;
  if (!isObject(value)) {
    refuse(place, `is ${showValue(value)}`, 'write a schema: z.object({ … }) or a JSON Schema object');
  }
  if (Object.values(value).some(isStandardSchema)) {
    refuse(place, 'is an object of schemas', 'put z.object( … ) around it');
  }
};
