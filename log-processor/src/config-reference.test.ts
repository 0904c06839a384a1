import { expect, test } from 'vitest';
import { energySchema, sensorSchema, serviceSchema } from './config-energy.ts';
import { configSchema, inputSchema, siteSchema } from './config-schema.ts';
import { senderSchema, streamRuleSchema } from './config-senders.ts';
import { siteThresholdsSchema, thresholdsSchema } from './config-thresholds.ts';
import { configurationPage, settingsHelp, settingsOf } from './config-reference.ts';

test('every setting has a help text and stands on the page', () => {
  const page = configurationPage();
  for (const schema of [configSchema, inputSchema, siteSchema, senderSchema, streamRuleSchema, energySchema, sensorSchema, serviceSchema]) {
    const settings = settingsOf(schema);
    expect(settings.map((setting) => setting.key)).toEqual(Object.keys(schema.shape));
    for (const setting of settings) {
      expect(setting.help, setting.key).toMatch(/^\S.{10,}/);
      expect(page).toContain(`| \`${setting.key}\` |`);
      expect(settingsHelp()).toContain(setting.help);
    }
  }
});

test('every threshold stands on the page with its reason, and is marked where a site may set it', () => {
  const page = configurationPage();
  const ofSite = settingsOf(siteThresholdsSchema).map(({ key }) => key);
  for (const { key, default: standard, help } of settingsOf(thresholdsSchema)) {
    expect(page).toContain(`| \`${key}\` | \`${standard}\` | ${ofSite.includes(key) ? 'yes' : ''} | ${help} |`);
    expect(settingsHelp()).toContain(help);
  }
});
