/** What a drawn chart shows, read from its SVG. */

/** Groups of Vega's SVG by their class, nested ones apart, each as the text between its tags. */
export function groups(svg: string, role: string): string[] {
  const found: string[] = [];
  for (const { index } of svg.matchAll(new RegExp(`<g class="[^"]*${role}"`, "g"))) {
    let depth = 0;
    for (const { 0: tag, index: at } of svg.slice(index).matchAll(/<g[\s>]|<\/g>/g)) {
      depth += tag === "</g>" ? -1 : 1;
      if (depth > 0) continue;
      found.push(svg.slice(index, index + at));
      break;
    }
  }
  return found;
}

/** The texts of a part of a chart that can be seen. */
export const texts = (part: string): string[] =>
  [...part.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].filter(([tag]) => !/ opacity="0"/.test(tag)).map(([, text]) =>
    text!
  );

/** The labels of each axis that has any. */
export const axisLabels = (svg: string): string[][] =>
  groups(svg, "role-axis-label").map(texts).filter((l) => l.length > 0);

/** How many axes there are with a title or ticks. */
export const axisCount = (svg: string): number =>
  groups(svg, "role-axis").filter((g) => /role-axis-(title|label)/.test(g)).length;

/** The labels of each legend. */
export const legendLabels = (svg: string): string[][] =>
  groups(svg, "role-legend").map((g) => texts(groups(g, "role-legend-label").join("")));
