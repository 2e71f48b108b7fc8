/** Answers with the body, after some milliseconds of work. */
export async function echo(request: Request): Promise<Response> {
  const body = await request.text()
  await new Promise((resolve) => setTimeout(resolve, Math.random() * 15))
  return new Response(body)
}
