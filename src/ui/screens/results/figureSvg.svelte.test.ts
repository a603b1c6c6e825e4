import { expect, test } from 'vitest';
import { figureColours, linesSvg, matrixSvg } from './figureSvg.ts';
import { lightColours, pngOf } from '../../state/picture.ts';
import '../../styles/index.css';

const figure = () => ({
  title: 'pass^1 of <agents> & others',
  recipe: '12 trials of 1 run, seed 1, recipe abc',
  colours: lightColours(figureColours),
});
const rows = [
  {
    id: 'eager',
    label: 'Eager "the" <first>',
    note: 'scripted baseline',
    cells: { ambiguous: { value: 0.25, low: 0.05, high: 0.7, passed: 1, n: 4 } },
  },
];

function parsed(svg: string): Document {
  return new DOMParser().parseFromString(svg, 'image/svg+xml');
}

test('the matrix is a document that says its figures and what they rest on, whatever the names are', () => {
  const shown = parsed(matrixSvg(figure(), rows, ['general', 'ambiguous']));
  expect(shown.querySelector('parsererror')).toBeNull();
  const texts = [...shown.querySelectorAll('text')].map((node) => node.textContent);
  expect(texts).toEqual(
    expect.arrayContaining(['Eager "the" <first>', '0.25', '0.05–0.70', '1 of 4', 'no trial']),
  );
  expect(texts.at(-1)).toBe(figure().recipe);
});

test('lines end at their labels, which do not cover each other', () => {
  const lines = ['A', 'B', 'C'].map((title) => ({ id: title, title, values: [1, 0.5] }));
  const shown = parsed(linesSvg(figure(), lines, 2));
  expect(shown.querySelector('parsererror')).toBeNull();
  const heights = [...shown.querySelectorAll('text')]
    .filter((node) => /^[ABC] 0.50$/.test(node.textContent))
    .map((node) => Number(node.getAttribute('y')));
  expect(new Set(heights).size).toBe(3);
});

test('pictures are light in the dark theme too, and become PNG files', async () => {
  const light = figure().colours;
  document.documentElement.dataset['theme'] = 'dark';
  expect(figure().colours).toEqual(light);
  delete document.documentElement.dataset['theme'];
  const png = await pngOf(matrixSvg(figure(), rows, ['ambiguous']));
  expect(png.type).toBe('image/png');
  expect(png.size).toBeGreaterThan(1000);
});
