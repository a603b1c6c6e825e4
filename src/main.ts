import { mount } from 'svelte';
import App from './ui/App.svelte';
import type { Services } from './ui/state/services.ts';

const services: Services = {
  domains: () => Promise.resolve([]),
  runner: () => Promise.reject(new Error('No runner yet.')),
};

const target = document.getElementById('app');
if (target === null) throw new Error('index.html has no #app element');
target.replaceChildren();
mount(App, { target, props: { services } });
