/** The reference's model that its tools check arguments with. */
import { flag, model, oneOf, optional, text, whole } from '../tau2/index.ts';
import { apnSettings, type PhoneDb } from './phone.ts';

export const apnModel = model<PhoneDb['apn'][string]>(
  'APNSettings',
  {
    apn_name: oneOf(apnSettings.shape.apn_name.unwrap().options, 'enum'),
    reset_at_reboot: flag,
    mms_apn: optional(text),
    mmsc_url: optional(text),
    mms_proxy: optional(text),
    mms_port: optional(whole),
  },
  { defaults: apnSettings.parse({}), extra: 'forbidden' },
);
