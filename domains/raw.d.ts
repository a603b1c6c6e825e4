// A domain compiles without Vite's DOM-bound client types, so the one import form it needs is declared here.
declare module '*.md?raw' {
  const text: string;
  export default text;
}
