import type { Random } from '#core/environment/index.ts';
import type { Customer } from '../schema.ts';
import { digits, type Ids } from './ids.ts';

const givenNames = (
  'Adela Ahmed Aiko Alba Alan Amina Anders Anouk Arjun Astrid Aurelio Bela Brigid Caleb Carla Cecil Chiara ' +
  'Colin Dagny Damian Daria Deniz Dora Edgar Eileen Elif Emil Enzo Erika Ezra Fatima Felipe Flora Franz Gemma ' +
  'Gideon Greta Gustavo Hamza Hedda Helga Henrik Ibrahim Ilse Ingrid Irena Ismael Jasmin Javier Joanna Josef ' +
  'Kalle Karim Katya Kofi Lars Leila Liam Ludmila Mabel Marek Marisol Mehdi Mirela Moira Nadir Nasrin Nelson ' +
  'Nora Olga Oskar Pablo Petra Rania Renata Rohan Rufus Sabine Samir Selma Silas Tamara Theo Tomas Ursula ' +
  'Vera Viktor Wanda Yael Yannick Yusra Zora'
).split(' ');

const familyNames = (
  'Abara Aldana Amari Anand Arslan Baker Barros Basso Berger Bishop Blom Bondar Borg Calloway Carver Chowdhury ' +
  'Conti Dahl Dawson Dietrich Doyle Duarte Ekberg Eze Fabian Falk Farrell Fontaine Fuchs Galvan Gibbs Grady Guzman ' +
  'Hale Hartmann Hasan Hollis Holm Ibarra Iqbal Jarvis Jonker Kamau Kessler Kim Klein Kovac Lang Larkin Lazar ' +
  'Lindqvist Lowe Maier Mancini Marsh Mensah Mercer Molina Nagy Nash Navarro Noble Okoye Orlov Osei Paredes Paulsen ' +
  'Petit Pollock Popescu Quiroga Radic Ramsey Rao Reid Rinaldi Rocha Romano Sayed Schmidt Serrano Shah Sheridan ' +
  'Sokolov Stone Strand Suzuki Tate Thorne Toledo Ueda Valdez Vogel Voss Wagner Webb Winter Yates Zeller'
).split(' ');

const streets = (
  'Alder Birch Canal Chestnut Dock Elmwood Fern Garden Harbor Heron Ivy Juniper Kiln Lakeview Larch Linden Mill ' +
  'Orchard Prospect Quarry River Rosewood School Spring Station Summit Tanner Terrace Valley Willow'
).split(' ');
const streetKinds = ['Street', 'Avenue', 'Lane', 'Road', 'Court'];

const cities = [
  ['Portland', 'OR', '972'],
  ['Madison', 'WI', '537'],
  ['Tucson', 'AZ', '857'],
  ['Boise', 'ID', '837'],
  ['Albany', 'NY', '122'],
  ['Savannah', 'GA', '314'],
  ['Duluth', 'MN', '558'],
  ['Santa Fe', 'NM', '875'],
  ['Richmond', 'VA', '232'],
  ['Omaha', 'NE', '681'],
  ['Tacoma', 'WA', '984'],
  ['Dayton', 'OH', '454'],
] as const;

type Person = Pick<
  Customer,
  'full_name' | 'date_of_birth' | 'email' | 'address' | 'payment_methods' | 'created_at' | 'account_status'
>;

/** Somebody whose name and date of birth nobody else has together. */
export function drawPerson(random: Random, ids: Ids): Person {
  for (;;) {
    const [first, last] = [random.pick(givenNames), random.pick(familyNames)];
    const date_of_birth = `${random.int(1946, 2005)}-${month(random)}-${day(random)}`;
    const full_name = `${first} ${last}`;
    if (!ids.claim(`${full_name} ${date_of_birth}`)) continue;
    const [city, state, zip] = random.pick(cities);
    return {
      full_name,
      date_of_birth,
      email: `${ids.next(`${first}.${last}`.toLowerCase(), 2)}@example.com`,
      address: {
        street: `${random.int(3, 980)} ${random.pick(streets)} ${random.pick(streetKinds)}`,
        city,
        state,
        zip_code: zip + digits(random, 2),
      },
      payment_methods: Array.from({ length: random.pick([1, 1, 1, 2]) }, () => ({
        method_type: random.pick(['Credit Card', 'Credit Card', 'Debit Card', 'PayPal'] as const),
        account_number_last_4: digits(random, 4),
        expiration_date: `${month(random)}/${random.int(2025, 2029)}`,
      })),
      created_at: `${random.int(2016, 2024)}-${month(random)}-${day(random)}T${two(random.int(8, 19))}:${two(random.int(0, 59))}:00`,
      account_status: 'Active',
    };
  }
}

const two = (value: number) => String(value).padStart(2, '0');
const month = (random: Random) => two(random.int(1, 12));
// Every month has 28 days.
const day = (random: Random) => two(random.int(1, 28));
