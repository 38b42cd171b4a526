/** An answer's body, of the form that a test expects. */
export async function bodyOf<Body = Record<string, unknown>>(response: Response): Promise<Body> {
  return (await response.json()) as Body;
}

/** Status and code of an answer, as most refusals are told apart. */
export async function refusalOf(response: Response): Promise<[number, unknown]> {
  return [response.status, (await bodyOf(response)).code];
}
