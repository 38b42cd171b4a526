import { DIMENSIONS, NUMBERS } from './features.ts';
import type { LinearModel } from './linear-model.ts';

/** Of the stored form, and so of the features that it is over: weights of another form mean nothing here. */
const FORM = 1;
const LENGTH = 2 + NUMBERS.length + DIMENSIONS;

/** A model as bytes: little-endian floats of single precision, the form first. */
export function packModel({ bias, numbers, words }: LinearModel): Buffer {
  const packed = Buffer.alloc(LENGTH * 4);
  for (const [index, value] of [FORM, bias, ...numbers, ...words].entries())
    packed.writeFloatLE(value, index * 4);
  return packed;
}

/** @returns undefined for a model of another form, or with weights that are no numbers: it has to be trained anew */
export function unpackModel(packed: Buffer): LinearModel | undefined {
  if (packed.length !== LENGTH * 4 || packed.readFloatLE(0) !== FORM) return undefined;
  const [bias = 0, ...weights] = Array.from({ length: LENGTH - 1 }, (_, index) =>
    packed.readFloatLE((index + 1) * 4),
  );
  if (![bias, ...weights].every(Number.isFinite)) return undefined;
  return {
    bias,
    numbers: Float32Array.from(weights.slice(0, NUMBERS.length)),
    words: Float32Array.from(weights.slice(NUMBERS.length)),
  };
}
