import type { Language } from '../language/detect-language.ts';
import { actionClassOf, conceptOf, sayConcept } from '../language/lexicon.ts';
import { splitName } from '../language/tokenise.ts';

const accents: Record<string, string> = {
  linea: 'línea',
  telefono: 'teléfono',
  credito: 'crédito',
  ano: 'año',
  direccion: 'dirección',
  prestamo: 'préstamo',
  numero: 'número',
  periodo: 'período',
  pais: 'país',
  comision: 'comisión',
  analisis: 'análisis',
  medico: 'médico',
  proximo: 'próximo',
  limite: 'límite',
  ultimo: 'último',
  puntuacion: 'puntuación',
  politica: 'política',
};

const currencyNames = new Set(['usd', 'eur', 'gbp', 'mxn']);
const amountName: Record<Language, string> = { en: 'Amount', es: 'Importe' };

const capitalise = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Nouns of acts: the list says their verbs. */
const actNouns: Record<string, string> = {
  credit: 'crédito',
  refund: 'reembolso',
  payment: 'pago',
  test: 'prueba',
  transfer: 'transferencia',
  change: 'cambio',
  purchase: 'compra',
  order: 'pedido',
  reservation: 'reserva',
};

const translate = (word: string): string | undefined => {
  const concept = conceptOf(word, 'en');
  if (concept !== undefined && actionClassOf(concept) !== undefined) return actNouns[word];
  const said = concept === undefined ? undefined : sayConcept(concept, 'es');
  return said === undefined ? undefined : (accents[said] ?? said);
};

/**
 * A field's name as words to read: camelCase and snake_case parted, and in Spanish translated word by word where
 * the word list has every word; otherwise it stays as the tool names it.
 *
 * @example
 * fieldName('dueDate', 'en'); // 'Due date'
 * fieldName('dueDate', 'es'); // 'Fecha de vencimiento'
 */
export function fieldName(key: string, language: Language): string {
  const words = splitName(key);
  if (currencyNames.has(words)) return amountName[language];
  if (language === 'en') return capitalise(words.replace(/\bid\b/, 'ID').replace(/\busd\b/, 'USD'));
  const translated = words.split(' ').map(translate);
  const known = translated.filter((word) => word !== undefined);
  if (known.length !== translated.length || known.length > 2)
    return capitalise(words.replace(/\busd\b/, 'USD'));
  return capitalise(known.toReversed().join(' de '));
}
