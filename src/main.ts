import { mount } from 'svelte';
import App from './ui/App.svelte';
import type { Services } from './ui/state/services.ts';

const missing = (what: string) => () => Promise.reject(new Error(`There is no ${what} yet.`));
const services: Services = {
  domains: missing('domain'),
  runner: missing('runner'),
  repository: missing('store'),
};

const target = document.getElementById('app');
if (target === null) throw new Error('index.html has no #app element');
target.replaceChildren();
mount(App, { target, props: { services } });
