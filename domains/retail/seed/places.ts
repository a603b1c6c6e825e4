import type { Random } from '#core/environment/index.ts';
import type { Address } from '../schema.ts';

/** A city with the first three digits of zip codes in it. */
interface Place {
  readonly city: string;
  readonly state: string;
  readonly zips: readonly string[];
}

const place = (city: string, state: string, ...zips: string[]): Place => ({ city, state, zips });

const places: readonly Place[] = [
  place('New York', 'NY', '100', '101'),
  place('Brooklyn', 'NY', '112'),
  place('Buffalo', 'NY', '142'),
  place('Boston', 'MA', '021', '022'),
  place('Philadelphia', 'PA', '191'),
  place('Pittsburgh', 'PA', '152'),
  place('Baltimore', 'MD', '212'),
  place('Washington', 'DC', '200'),
  place('Richmond', 'VA', '232'),
  place('Charlotte', 'NC', '282'),
  place('Raleigh', 'NC', '276'),
  place('Atlanta', 'GA', '303'),
  place('Miami', 'FL', '331'),
  place('Orlando', 'FL', '328'),
  place('Nashville', 'TN', '372'),
  place('New Orleans', 'LA', '701'),
  place('Houston', 'TX', '770'),
  place('Dallas', 'TX', '752'),
  place('Austin', 'TX', '787'),
  place('Columbus', 'OH', '432'),
  place('Cleveland', 'OH', '441'),
  place('Detroit', 'MI', '482'),
  place('Chicago', 'IL', '606'),
  place('Milwaukee', 'WI', '532'),
  place('Minneapolis', 'MN', '554'),
  place('Saint Louis', 'MO', '631'),
  place('Kansas City', 'MO', '641'),
  place('Denver', 'CO', '802'),
  place('Boise', 'ID', '837'),
  place('Salt Lake City', 'UT', '841'),
  place('Phoenix', 'AZ', '850'),
  place('Albuquerque', 'NM', '871'),
  place('Las Vegas', 'NV', '891'),
  place('Los Angeles', 'CA', '900'),
  place('San Diego', 'CA', '921'),
  place('San Francisco', 'CA', '941'),
  place('Sacramento', 'CA', '958'),
  place('Portland', 'OR', '972'),
  place('Seattle', 'WA', '981'),
];

const streets = (
  'Alder Ash Bayview Beacon Birch Canal Chapel Cherry Clinton Cypress Dogwood Fairview Franklin Garfield Grove ' +
  'Hawthorne Hickory Highland Jefferson Juniper Laurel Liberty Linden Magnolia Mercer Mulberry Orchard Prospect ' +
  'Quarry Ridge Rosewood Spruce Summit Sycamore Terrace Union Walnut Willow'
).split(' ');
const streetKinds = ['Street', 'Avenue', 'Road', 'Lane', 'Drive', 'Court'];
const units = ['Apt', 'Unit', 'Suite'];

/** A plausible address; its city, state and zip code belong together. `city` keeps it in one city. */
export function drawAddress(random: Random, city?: string): Address {
  const where = places.find((other) => other.city === city) ?? random.pick(places);
  return {
    address1: `${random.int(11, 989)} ${random.pick(streets)} ${random.pick(streetKinds)}`,
    address2: random.chance(0.55) ? `${random.pick(units)} ${random.int(1, 60)}` : '',
    city: where.city,
    country: 'USA',
    state: where.state,
    zip: `${random.pick(where.zips)}${String(random.int(1, 60)).padStart(2, '0')}`,
  };
}
