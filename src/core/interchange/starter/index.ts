import type { ExportFile } from '../formats/format.ts';
import { chatTemplate } from '../formats/chatTemplate.ts';
import accelerate from './accelerate.yaml?raw';
import config from './config.yaml?raw';
import readMe from './README.md?raw';
import requirementsServe from './requirements-serve.txt?raw';
import requirements from './requirements.txt?raw';
import train from './train.py?raw';

/**
 * A folder that fine-tunes on the exported conversations elsewhere, and serves the result to the playground.
 * @param name of the dataset, and of the model that comes out
 * @param origin the address of the playground, which the server has to let in
 */
export function starterFiles(name: string, origin: string): ExportFile[] {
  const filled = readMe.replaceAll('{{name}}', name).replaceAll('{{origin}}', origin);
  return Object.entries({
    'README.md': filled,
    'train.py': train,
    'config.yaml': config,
    'accelerate.yaml': accelerate,
    'requirements.txt': requirements,
    'requirements-serve.txt': requirementsServe,
    'chat_template.jinja': chatTemplate,
  }).map(([path, content]) => ({ path: `starter/${path}`, content }));
}
