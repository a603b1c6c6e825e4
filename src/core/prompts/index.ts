/** What models are told, as files of this folder, and a digest that tells one set of them from another. */
import { shortDigest } from '../environment/index.ts';
import agent from './agent.md?raw';
import explorer from './explorer.md?raw';
import prose from './prose.md?raw';
import proseTools from './proseTools.md?raw';
import reader from './reader.md?raw';
import tools from './tools.md?raw';
import voice from './voice.md?raw';
import writer from './writer.md?raw';

/** Changes with every word of a prompt: part of the recipe of whatever a model took part in. */
export const promptsDigest = shortDigest({
  agent,
  explorer,
  prose,
  proseTools,
  reader,
  tools,
  voice,
  writer,
});
