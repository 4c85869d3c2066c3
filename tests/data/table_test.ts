import assert from "node:assert/strict";
import { parseCsv, readCsv } from "../../lib/data/table.ts";
import { inFolder } from "../in_folder.ts";
import { flat } from "../nn/helpers.ts";

Deno.test("parseCsv: quotes, line breaks, empty values, and which columns are numbers", async () => {
  const table = await parseCsv(
    '\uFEFFname,"weight, kg",n,code,none\r\n"Bart ""B"" S",1.5,3,0x10,\r\n"two\nlines",,-4e2,7,\r\n\r\nLisa,inf,+5.,8,\r\n',
  );
  assert.deepEqual(table.names, ["name", "weight, kg", "n", "code", "none"]);
  assert.equal(table.length, 3);
  assert.deepEqual(table.texts("name"), ['Bart "B" S', "two\nlines", "Lisa"]);
  assert.deepEqual([...table.numbers("weight, kg")], [1.5, NaN, Infinity]);
  assert.deepEqual([...table.numbers("n")], [3, -400, 5]);
  assert.deepEqual(table.names.map((name) => table.isNumeric(name)), [false, true, true, false, false]);
  assert.deepEqual(table.texts("weight, kg"), ["1.5", "", "Infinity"]);
});

Deno.test("Table: matrices and class numbers", async () => {
  const table = await parseCsv("a;b;kind;size\n1;2;z;10\n3;4;a;9\n5;6;z;100\n", { delimiter: ";" });
  assert.deepEqual(table.matrix().shape, [3, 3]);
  assert.deepEqual(await flat(table.matrix(["b", "a"])), [2, 1, 4, 3, 6, 5]);
  const { codes, classes } = table.codes("kind");
  assert.equal(codes.dtype, "int32");
  assert.deepEqual([classes, await flat(codes)], [["a", "z"], [1, 0, 1]]);
  assert.deepEqual(table.codes("size").classes, ["9", "10", "100"]);
});

Deno.test("Table: what is wrong is named", async () => {
  await assert.rejects(parseCsv("a,b\n1,2\n3\n"), /Cannot read the table: .*on line 3/);
  await assert.rejects(parseCsv('a,b\n1,"2\n'), /Cannot read the table: .*quote/i);
  await assert.rejects(parseCsv(""), /it is empty, and its first line should name the columns/);
  await assert.rejects(parseCsv("a,a\n1,2\n"), /two columns are named "a"/);
  const table = await parseCsv("a,kind\n1,x\n,3\n");
  assert.throws(() => table.numbers("kind"), /Cannot take "kind" as numbers: row 1 has "x"/);
  assert.throws(() => table.numbers("z"), /Cannot take column "z": the table has a, kind/);
  assert.throws(() => table.matrix(["a", "kind"]), TypeError);
  assert.throws(() => table.matrix([]), /matrix of no columns/);
  const empty = await parseCsv("a,b\n");
  assert.equal(empty.length, 0);
  assert.throws(() => empty.numbers("a"), /Cannot take "a" as numbers: of its 0 rows none has a value/);
  const gap = await parseCsv("a,b\n,1\n,2\n");
  assert.throws(() => gap.numbers("a"), /of its 2 rows none has a value/);
});

Deno.test("readCsv: a file that is not there is named, and what it was to be", async () => {
  await assert.rejects(readCsv("nowhere.csv"), { message: "Cannot read table nowhere.csv: there is no such file" });
});

Deno.test("readCsv(): a file that is no UTF-8 is refused, by line and byte: its letters would become one and the same", async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/größe.csv`,
      latin = Uint8Array.from("kind\nok\ncaf\u00e9\ncaf\u00e8\n", (c) => c.charCodeAt(0));
    await Deno.writeFile(path, latin);
    await assert.rejects(readCsv(path), {
      name: "SyntaxError",
      message: /größe\.csv: it must be UTF-8 text, found byte 0xe9 in line 3\. Save it as UTF-8/,
    });
    await Deno.writeFile(path, new Uint8Array([0xff, 0xfe, 0x61, 0, 0x0a, 0]));
    await assert.rejects(readCsv(path), /found byte 0xff in line 1/);
    await Deno.writeTextFile(path, "\ufeffkind\ncafé \ufffd\n");
    assert.deepEqual((await readCsv(path)).texts("kind"), ["café \ufffd"]);
  });
});

Deno.test("parseCsv(): a delimiter that quotes and lines are made of is refused", async () => {
  for (const delimiter of ['"', "\n", "\r\n", ""]) {
    await assert.rejects(
      parseCsv("a,b\n1,2\n", { delimiter }),
      /delimiter must be a text that is not empty, without quotes/,
    );
  }
});

Deno.test("parseCsv(): long whole numbers stay texts, so that no two of them become one; beside fractions they are numbers", async () => {
  const table = await parseCsv(
    "id,size,far\n12345678901234567890,1,1.5\n12345678901234567891,2,12345678901234567890\n,3,\n",
  );
  assert.deepEqual(table.texts("id"), ["12345678901234567890", "12345678901234567891", ""]);
  assert.equal(table.codes("id").classes.length, 3);
  assert.throws(() => table.numbers("id"), /row 1 has "12345678901234567890", which is beyond 2⁵³\. Use texts\(\)/);
  assert.deepEqual([...table.numbers("far")], [1.5, 12345678901234567890, NaN]);
  assert.ok(table.isNumeric("size"));
});

Deno.test("parseCsv(): lines may end in several ways in one file", async () => {
  const table = await parseCsv('a,b\r\n1,x\n2,"y\nz"\r3,w\r\n');
  assert.deepEqual([[...table.numbers("a")], table.texts("b")], [[1, 2, 3], ["x", "y\nz", "w"]]);
  assert.deepEqual([...(await parseCsv("a\r\n1\n2\r\n")).numbers("a")], [1, 2]);
});

Deno.test("Table: class numbers do not depend on the order of rows, nor on where a 0 stands beside what is empty", async () => {
  for (const rows of [["nan", "0", "-1"], ["0", "nan", "-1"], ["-1", "0", "nan"]]) {
    assert.deepEqual((await parseCsv(["a", ...rows, ""].join("\n"))).codes("a").classes, ["", "-1", "0"]);
  }
});
