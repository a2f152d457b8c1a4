// node main.mjs TLSSCOPE SOURCE_FOLDER MAKE_PAGE [PART OF A NAME]
import { run } from "./harness.mjs";
import "./page_test.mjs";
import "./load_test.mjs";
import "./hostile_test.mjs";
import "./access_test.mjs";
import "./firefox_test.mjs";

process.exit((await run(process.argv[5])) === 0 ? 0 : 1);
