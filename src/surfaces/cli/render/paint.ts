import { styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];

/** Colours, or none. */
export type Paint = Record<'dim' | 'bold' | 'good' | 'bad' | 'asking', (text: string) => string>;

/** @param colour false leaves every text as it is */
export function createPaint(colour: boolean): Paint {
  const paint = (style: Style) => (text: string) =>
    colour ? styleText(style, text, { validateStream: false }) : text;
  return {
    dim: paint('dim'),
    bold: paint('bold'),
    good: paint('green'),
    bad: paint('red'),
    asking: paint('yellow'),
  };
}
