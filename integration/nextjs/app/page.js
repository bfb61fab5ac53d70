export default function Page() {
  return <main><p>ready</p><a href="/login">Sign in</a></main>;
}
