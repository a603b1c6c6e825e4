/** Given names from many places, in plain ASCII because user ids and emails are made of them. */
export const firstNames: readonly string[] = (
  'Abena Adrian Aisha Alejandro Alice Amara Amir Ana Andre Anika Anton Ayumi Beatriz Ben Bianca Bruno Camila ' +
  'Carlos Cecilia Chidi Clara Dalia Daniel David Diego Elena Elias Emma Esther Farah Felix Fiona Gabriel ' +
  'Giulia Grace Hana Hassan Helen Hugo Imani Ines Isaac Ivy Jamal Jana Jin Joao Jonas Joy Julia Kamala ' +
  'Kenji Kwame Laila Laura Leo Lin Lucia Luis Maeve Magnus Malik Marta Mateo Maya Mei Miguel Mina Nadia ' +
  'Naomi Nikhil Nina Noor Oliver Omar Owen Paula Pedro Priya Quinn Rachel Rafael Ravi Rosa Ruth Salma Sam ' +
  'Sara Sean Sergei Simone Sofia Stefan Tariq Tess Thomas Uma Valerie Victor Wei Yara Yusuf Zainab Zoe'
).split(' ');

/** Family names from many places. */
export const lastNames: readonly string[] = (
  'Abebe Acosta Adeyemi Ali Alvarez Andersen Bailey Banerjee Baptiste Becker Bennett Bianchi Boateng Brooks ' +
  'Campbell Castillo Chavez Cho Cohen Costa Cruz Dang Delgado Demir Diallo Diaz Dubois Edwards Eriksen ' +
  'Evans Farouk Ferrari Fischer Flores Foster Fraser Fujita Gallagher Ghosh Greene Gupta Haddad Hall Hansen ' +
  'Hayes Herrera Hoang Hughes Hussain Ivanov Jensen Joshi Kaplan Kaya Keller Khalil Khumalo Kowalski ' +
  'Lambert Larsen Levy Lindgren Lopes Mahmoud Malone Marino Mbeki Mendoza Mills Moreau Morris Nakamura Ndiaye ' +
  'Nguyen Novak Obi Okafor Olsen Ortega Osman Park Patel Pereira Petrov Pham Quinn Rahman Ramos Reyes ' +
  'Rivera Rosen Russo Salazar Sato Schwarz Sharma Silva Singh Suarez Tanaka Torres Tran Vargas Vega Walsh ' +
  'Watanabe Weber Wong Wright Yamada Yilmaz Young Zhang Zimmerman'
).split(' ');
