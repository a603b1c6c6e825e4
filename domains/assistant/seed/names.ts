/** Given names from many places, in plain ASCII because ids and addresses are made of them. */
export const givenNames: readonly string[] = (
  'Ana Victor Lena Tom Priya Marek Ingrid Samuel Noor Felix Carla Jonah Mei Dario Ruth Kofi Elsa Pavel Hanna ' +
  'Idris Paula Simon Yuki Greta Omar Nell Bram Sofia Arjun Tilda Hugo Leila Edgar Wanda Milo Rosa Anton Fay ' +
  'Jasper Kira Levi Maud Oskar Petra'
).split(' ');

/** Family names from many places. */
export const familyNames: readonly string[] = (
  'Costa Park Holm Baker Nair Novak Berg Okoye Haddad Brandt Ricci Stone Lin Moretti Falk Mensah Lund Horvat ' +
  'Vogel Bello Duarte Frost Tanaka Weiss Farouk Quill Visser Marin Mehta Strand Blanc Karimi Poole Zielinski ' +
  'Grady Vidal Ivanov Marsh Thorne Petrov Amsel Doyle Ekman Sorel'
).split(' ');
