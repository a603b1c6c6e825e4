/** A kind of article as the store's buyers would list it; the seed draws its items from it. */
export interface CatalogueEntry {
  readonly name: string;
  readonly price: number;
  readonly options: Readonly<Record<string, readonly string[]>>;
  /** The option along whose values the price rises. */
  readonly grows: string | undefined;
}

/** `options` reads "name: value, value; name: value, value"; the price rises along the option marked with `*`. */
function entry(name: string, price: number, options: string): CatalogueEntry {
  const parts = options.split('; ').map((part): [string, string[]] => {
    const [option = '', values = ''] = part.split(': ');
    return [option, values.split(', ')];
  });
  const plain = parts.map(([option, values]): [string, string[]] => [option.replace('*', ''), values]);
  const grows = parts.find(([option]) => option.endsWith('*'))?.[0].replace('*', '');
  return { name, price, options: Object.fromEntries(plain), grows };
}

/** What the store sells. */
export const catalogue: readonly CatalogueEntry[] = [
  // Clothes and accessories
  entry('T-Shirt', 19.5, 'color: white, black, navy, olive; size: S, M, L, XL; neckline: crew neck, V-neck'),
  entry(
    'Jeans',
    64,
    'color: dark blue, light blue, black; waist: 30, 32, 34, 36; fit: slim, straight, relaxed',
  ),
  entry('Hoodie', 48, 'color: gray, black, burgundy, green; size: S, M, L, XL; closure: pullover, full-zip'),
  entry(
    'Wool Sweater',
    79,
    'color: charcoal, cream, navy, rust; size: S, M, L, XL; neckline: crew neck, V-neck',
  ),
  entry('Rain Jacket', 92, 'color: yellow, navy, gray; size: S, M, L, XL; lining: mesh, fleece'),
  entry(
    'Summer Dress',
    54,
    'color: white, red, floral; size: XS, S, M, L; length: knee-length, ankle-length',
  ),
  entry(
    'Trail Running Shoes',
    118,
    'color: black, blue, orange; size: 7, 8, 9, 10, 11; width: regular, wide',
  ),
  entry('Winter Boots', 139, 'color: black, brown, tan; size: 7, 8, 9, 10, 11; lining: fleece, wool'),
  entry(
    'Leather Belt',
    35,
    'color: black, brown, tan; length: 34-inch, 38-inch, 42-inch; buckle: silver, brass',
  ),
  entry('Sunglasses', 74, 'frame: black, tortoiseshell, silver; lens: polarized, mirrored, gradient'),
  entry('Wool Scarf', 29, 'color: gray, camel, dark red; pattern: plain, checked, striped'),
  entry(
    'Backpack',
    69,
    'color: black, gray, forest green; volume*: 18-liter, 26-liter, 34-liter; material: canvas, nylon',
  ),
  entry(
    'Suitcase',
    129,
    'color: silver, black, teal; size*: carry-on, medium, large; material: fabric, polycarbonate, aluminum',
  ),
  // Kitchen
  entry('Kitchen Knife', 58, 'blade length*: 6-inch, 8-inch, 10-inch; handle: walnut, olive wood, steel'),
  entry('Frying Pan', 42, 'diameter*: 8-inch, 10-inch, 12-inch; material: aluminum, cast iron, carbon steel'),
  entry(
    'Blender',
    76,
    'color: white, black, red; jar: plastic, glass; power*: 600-watt, 900-watt, 1200-watt',
  ),
  entry('Toaster', 39, 'color: white, black, red, cream; slots*: 2-slice, 4-slice'),
  entry('Rice Cooker', 68, 'color: white, black; capacity*: 3-cup, 6-cup, 10-cup; control: switch, touch'),
  entry(
    'Coffee Grinder',
    55,
    'color: black, white, copper; type*: manual, electric; capacity: 30-gram, 60-gram',
  ),
  entry(
    'Travel Mug',
    26,
    'color: black, white, sky blue, coral; capacity*: 12-ounce, 16-ounce, 20-ounce; lid: flip, screw, straw',
  ),
  entry(
    'Dinner Plate Set',
    44,
    'color: white, sage, dark blue; set size*: 4-piece, 6-piece, 8-piece; material: stoneware, porcelain',
  ),
  entry(
    'Food Container Set',
    27,
    'material: plastic, glass; set size*: 4-piece, 6-piece, 10-piece; shape: round, square',
  ),
  entry('Cutting Board', 32, 'material: plastic, bamboo, maple; size*: small, medium, large'),
  // Home
  entry(
    'Floor Lamp',
    84,
    'color: black, white, brass; height: 55-inch, 63-inch, 71-inch; light: warm, neutral, dimmable',
  ),
  entry(
    'Towel Set',
    36,
    'color: white, gray, mint, dark blue; set size*: 2-piece, 4-piece, 6-piece; material: cotton, bamboo',
  ),
  entry(
    'Bed Sheet Set',
    59,
    'color: white, gray, sage; size: twin, queen, king; material*: microfiber, cotton, linen',
  ),
  entry(
    'Pillow',
    38,
    'filling*: memory foam, latex, down; firmness: soft, medium-firm, extra-firm; size: standard, queen, king',
  ),
  entry(
    'Duvet',
    98,
    'size: twin, queen, king; filling*: microfiber, wool, down; warmth: lightweight, all-season, winter',
  ),
  entry(
    'Area Rug',
    145,
    'color: ivory, gray, terracotta; size*: 4x6 ft, 5x8 ft, 8x10 ft; material: jute, cotton, wool',
  ),
  entry(
    'Curtains',
    47,
    'color: white, gray, navy, sage; length: 63-inch, 84-inch, 96-inch; opacity: sheer, light-filtering, blackout',
  ),
  entry('Table Fan', 45, 'color: white, black, mint; diameter: 9-inch, 12-inch; control: dial, remote, app'),
  entry(
    'Humidifier',
    57,
    'color: white, gray, blue; capacity*: 2-liter, 4-liter, 6-liter; control: dial, touch, app',
  ),
  entry(
    'Wall Mirror',
    88,
    'shape: round, oval, rectangular; frame: black, gold, oak; height: 24-inch, 36-inch',
  ),
  entry(
    'Throw Blanket',
    41,
    'color: cream, gray, rust, forest green; material*: fleece, cotton, wool; size: standard, oversized',
  ),
  entry(
    'Standing Desk',
    329,
    'color: oak, walnut, white; size*: 47-inch, 55-inch, 63-inch; frame: black, white, gray',
  ),
  entry(
    'Dog Bed',
    62,
    'color: gray, brown, dark green; size*: small, medium, large; filling: polyester, memory foam',
  ),
  // Tools and garden
  entry(
    'Cordless Drill',
    119,
    'voltage: 12-volt, 18-volt, 20-volt; kit*: no battery, one battery, two batteries',
  ),
  entry('Step Ladder', 62, 'height*: 2-step, 3-step, 4-step; material: steel, aluminum, wood'),
  entry(
    'Plant Pot',
    22,
    'color: white, terracotta, charcoal; diameter*: 6-inch, 8-inch, 12-inch; material: plastic, ceramic',
  ),
  // Outdoors and sports
  entry(
    'Camping Tent',
    189,
    'color: green, orange, sand; capacity*: 2-person, 3-person, 4-person; season: 3-season, 4-season',
  ),
  entry(
    'Sleeping Bag',
    109,
    'color: blue, red, olive; size: regular, long; temperature rating*: 40-degree, 20-degree, 0-degree',
  ),
  entry(
    'Trekking Poles',
    66,
    'material*: aluminum, carbon; grip: foam, rubber, cork; type: telescopic, folding',
  ),
  entry('Kettlebell', 40, 'weight*: 15-pound, 25-pound, 35-pound, 45-pound; coating: vinyl, enamel, powder'),
  // Electronics
  entry('Headphones', 129, 'color: black, white, navy; type: on-ear, over-ear; noise cancelling*: no, yes'),
  entry(
    'Bluetooth Speaker',
    79,
    'color: black, blue, red; size*: mini, standard, large; battery life: 8 hours, 12 hours, 24 hours',
  ),
  entry(
    'Computer Monitor',
    259,
    'screen size*: 24-inch, 27-inch, 32-inch; resolution: Full HD, QHD, 4K; panel: flat, curved',
  ),
  entry(
    'Wireless Keyboard',
    69,
    'color: black, white, gray; layout: full-size, compact; switches: quiet, tactile, linear',
  ),
  entry(
    'External Drive',
    94,
    'color: black, silver, blue; capacity*: 500 GB, 1 TB, 2 TB, 4 TB; type: hard-disk, solid-state',
  ),
  // Leisure
  entry('Chess Set', 49, 'material: resin, maple, walnut; size*: 10-inch, 14-inch, 18-inch'),
  entry('Fountain Pen', 52, 'color: black, blue, burgundy; nib: fine, medium, broad; material: resin, metal'),
];
