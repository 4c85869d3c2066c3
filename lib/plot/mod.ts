/**
 * Charts, graphs, tables and pages.
 *
 * @module
 */
export { Chart } from "./chart.ts";
export type { Spec } from "./vega.ts";
export { confusionMatrix, type ConfusionOptions } from "./confusion.ts";
export { binShare, deadShareChart, type DeadShareOptions } from "./dead.ts";
export { plotFunc, type PlotFuncOptions, type Plottable } from "./function.ts";
export { grid, type GridOptions } from "./grid.ts";
export { heatMap, type HeatMapOptions, MOST_COLUMNS } from "./heatmap.ts";
export { showImages, type ShowImagesOptions } from "./images.ts";
export type { Axis } from "./axis.ts";
export { type Line, lineChart, type LineChartOptions, MOST_POINTS, thin } from "./lines.ts";
export { type GraphNode, type GraphOptions, INPUT, ModelGraph, modelGraph } from "./model_graph.ts";
export { DISPLAY, inJupyter, LiveDisplay, type MimeBundle, svgImage } from "./notebook.ts";
export { Picture } from "./picture.ts";
export type { RasterOptions } from "./raster.ts";
export { type Series, seriesChart, type SeriesChartOptions } from "./series.ts";
export { type Align, textTable } from "./text.ts";
export { oneTwoFive } from "./ticks.ts";
export { hue, inScheme, shade, themeStyle } from "./theme.ts";
export { Html, html, htmlTable, type Insert, page } from "./html.ts";
import "./tensor_picture.ts"; // a notebook then shows tensors as pictures
export { saveBytes, saveText } from "./save.ts";
