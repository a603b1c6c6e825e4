// Core compiles without Vite's DOM-bound client types, so the import forms it needs are declared here.
declare module '*.py?raw' {
  const text: string;
  export default text;
}
declare module '*.yaml?raw' {
  const text: string;
  export default text;
}
declare module '*.txt?raw' {
  const text: string;
  export default text;
}
