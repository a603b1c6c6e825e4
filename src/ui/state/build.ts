/** Which build this is: set by Vite from package.json, and from the commit where there is one. */
declare const __BUILD__: string;

/** "0.1.0 (1a2b3c4)": for people who wonder what they run, and where a file comes from. */
export const BUILD: string = __BUILD__;

declare const __MODEL_SOURCES__: readonly string[];

/** The sources of models that this build's content policy lets the page connect to. */
export const MODEL_SOURCES: readonly string[] = __MODEL_SOURCES__;
