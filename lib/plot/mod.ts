/**
 * Charts, tables and pages.
 *
 * @module
 */
export { Chart, type Spec } from "./chart.ts";
export { type Axis, type Line, lineChart, type LineChartOptions, MOST_POINTS, thin } from "./lines.ts";
export { type Align, textTable } from "./text.ts";
export { hue, shade, themeStyle } from "./theme.ts";
export { Html, html, htmlTable, page } from "./html.ts";
export { saveText } from "./save.ts";
