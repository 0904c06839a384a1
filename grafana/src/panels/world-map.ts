/** Countries as bubbles on a map that Grafana draws from its own files: the browser asks nobody else. */
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import { FieldColorBuilder, FieldColorModeId } from '@grafana/grafana-foundation-sdk/dashboard';
import { FrameGeometrySourceMode } from '@grafana/grafana-foundation-sdk/common';
import { ControlsOptionsBuilder, PanelBuilder, TooltipMode, TooltipOptionsBuilder } from '@grafana/grafana-foundation-sdk/geomap';
import { dress, type Figure } from '../figure.ts';
import { palette } from '../palette.ts';

/** One transparent pixel inside the JSON: a base map that is no address. */
const noTile = 'data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7';

const land = { type: 'geojson', name: 'Countries', opacity: 1, tooltip: false, config: { src: 'public/maps/countries.geojson', rules: [], style: { color: { fixed: palette.grey }, opacity: 0.25, lineWidth: 1 } } };

const bubbles = (codes: string, size: string) => ({
  type: 'markers',
  name: 'Visits',
  tooltip: true,
  location: { mode: FrameGeometrySourceMode.Lookup, lookup: codes, gazetteer: 'public/gazetteer/countries.json' },
  config: {
    showLegend: false,
    style: { color: { fixed: palette.orange }, opacity: 0.75, size: { field: size, fixed: 6, min: 5, max: 32 }, symbol: { mode: 'fixed', fixed: 'img/icons/marker/circle.svg' }, text: { mode: 'field', field: codes }, textConfig: { fontSize: 10, offsetX: 0, offsetY: 0, textAlign: 'center', textBaseline: 'middle' } },
  },
});

/** What needs no builder. */
const given = <T>(value: T): Builder<T> => ({ build: () => value });

/** One query, instant, by a label that holds ISO 3166 codes. */
export function worldMap(figure: Figure & { readonly codes: string }): PanelBuilder {
  const value = figure.queries[0]?.source === 'loki' ? 'Value #A' : 'Value';
  return dress(new PanelBuilder(), figure)
    .view(given({ id: 'coords', lat: 25, lon: 10, zoom: 1.2, allLayers: true }))
    .basemap(given({ type: 'xyz', name: 'None', config: { url: noTile, attribution: '' } }))
    .layers([given(land), given(bubbles(figure.codes, value))])
    .controls(new ControlsOptionsBuilder().showZoom(true).mouseWheelZoom(false).showAttribution(false))
    .tooltip(new TooltipOptionsBuilder().mode(TooltipMode.Details))
    .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.Thresholds));
}
