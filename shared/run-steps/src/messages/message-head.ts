/** A message as the decisions see it. Its JSON has a short name for the token. */
export function headOf<Message extends { readonly tok: string }>({ tok, ...rest }: Message) {
  return { ...rest, token: tok };
}
