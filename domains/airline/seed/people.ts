import type { Random } from '#core/environment/index.ts';
import type { Person, User } from '../schema.ts';

const firstNames: readonly string[] = (
  'Adele Agnes Akira Alba Aldo Alina Amina Andrea Anders Angela Anil Arjun Astrid Axel Basil Bella Boris ' +
  'Bridget Carla Cesar Cleo Colin Dario Deepa Dina Dominic Edda Edwin Emil Enzo Erika Ezra Faith Fatou ' +
  'Fergus Flora Franz Freya Gemma George Gloria Gustav Harriet Henrik Ibrahim Ida Igor Irene Iris Jasper ' +
  'Joana Jorge Judith Karim Katya Keiko Kofi Lars Leila Lena Linus Lola Lorenzo Ludmila Malika Marco Maren ' +
  'Martin Mathilde Milan Mira Mona Nelson Nico Nora Olga Omari Oscar Pablo Petra Philip Rania Ramon Rita ' +
  'Robin Rohan Rosalind Samir Sigrid Silvia Sonja Sven Talia Tamara Theo Tomas Ursula Vera Viola Walter ' +
  'Wanda Xenia Yannick Yasmin Zeno'
).split(' ');

const lastNames: readonly string[] = (
  'Abdi Ackermann Aguilar Amari Arslan Asante Barros Baumann Beltran Bergman Bose Brandt Brennan Carvalho ' +
  'Castro Chen Christie Clarke Conti Corbin Dahl Dalton Desai Dogan Donovan Drummond Egger Ellis Esposito ' +
  'Falk Fernandes Fontaine Forsberg Franco Friis Fuchs Galli Garnier Gibson Gomez Grau Gunn Haas Hakim ' +
  'Hartley Hendricks Holm Horvat Huang Iqbal Irving Jacobs Janssen Kamara Kapoor Kato Keane Kim Klein Koch ' +
  'Kumar Laurent Leclerc Lindqvist Lopez Luna Maher Marchetti Matsuda Maurer Mbaye Meyer Molina Monroe Moser ' +
  'Murray Nair Navarro Neri Nilsson Noor Nowak Odell Okoye Orlov Otero Pacheco Palmer Paz Pillai Popescu ' +
  'Quist Rao Richter Rinaldi Roth Sanders Santos Sauer Seidel Shah Soto Stein Sutter Svensson Tavares Teller ' +
  'Thorne Toure Ueda Valdez Vidal Vogel Wagner Wallin Winter Yates Zanetti Ziegler'
).split(' ');

/** A city of an airport, with its state and the first three digits of its zip codes. */
const homes: Readonly<Record<string, readonly [city: string, state: string, zip: string]>> = {
  SFO: ['San Francisco', 'CA', '941'],
  JFK: ['New York', 'NY', '100'],
  LAX: ['Los Angeles', 'CA', '900'],
  ORD: ['Chicago', 'IL', '606'],
  DFW: ['Dallas', 'TX', '752'],
  DEN: ['Denver', 'CO', '802'],
  SEA: ['Seattle', 'WA', '981'],
  ATL: ['Atlanta', 'GA', '303'],
  MIA: ['Miami', 'FL', '331'],
  BOS: ['Boston', 'MA', '021'],
  PHX: ['Phoenix', 'AZ', '850'],
  IAH: ['Houston', 'TX', '770'],
  LAS: ['Las Vegas', 'NV', '891'],
  MCO: ['Orlando', 'FL', '328'],
  EWR: ['Newark', 'NJ', '071'],
  CLT: ['Charlotte', 'NC', '282'],
  MSP: ['Minneapolis', 'MN', '554'],
  DTW: ['Detroit', 'MI', '482'],
  PHL: ['Philadelphia', 'PA', '191'],
  LGA: ['New York', 'NY', '113'],
};

const streets = (
  'Amber Arbor Aspen Bridge Brook Cedar Cliff Clover Copper Crescent Eagle Falcon Fern Forest Garden Glen ' +
  'Harbor Heron Hollow Ivory Jasmine Kestrel Lakeview Lantern Maple Meadow Mill Opal Peach Pebble Pioneer ' +
  'River Robin Sage Shore Stone Sunrise Thistle Valley Vine Willow Wren'
).split(' ');

/** A made-up person. `last` keeps them in one family. */
export function drawPerson(random: Random, last?: string): Person {
  return {
    first_name: random.pick(firstNames),
    last_name: last ?? random.pick(lastNames),
    dob: drawBirthday(random),
  };
}

function drawBirthday(random: Random): string {
  const two = (number: number) => String(number).padStart(2, '0');
  return `${random.int(1950, 2005)}-${two(random.int(1, 12))}-${two(random.int(1, 28))}`;
}

/** An address in the city of an airport. */
export function drawAddress(random: Random, airport: string): User['address'] {
  const [city, state, zip] = homes[airport] ?? ['Chicago', 'IL', '606'];
  return {
    address1: `${random.int(12, 978)} ${random.pick(streets)} ${random.pick(['Street', 'Avenue', 'Road', 'Lane'])}`,
    address2: random.chance(0.4) ? `Apt ${random.int(1, 48)}` : null,
    city,
    country: 'USA',
    state,
    zip: `${zip}${String(random.int(1, 60)).padStart(2, '0')}`,
  };
}
