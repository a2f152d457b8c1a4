// Writes a report page of made-up connections through the reporter: `make_page ROWS FILE [MOST_ROWS]`. Names are
// hostile, times are spread as in life, every column of the schema that is not special gets something.
#include <cstdio>
#include <random>
#include <string>

#include "pipeline/analysis.h"
#include "report/html/html.h"

namespace {

using namespace tlsscope;
using record::Column;
using record::Type;

constexpr record::Nanos kStart = 1'795'342'341'123'456'000;

const std::string kHostile[] = {"</script><script>alert(1)</script>",
                                "\"><img src=x onerror=alert(1)>",
                                "<!--",
                                "javascript:alert(1)",
                                "{{7*7}}${7*7}",
                                "\xe2\x80\xae"
                                "moc.live\xe2\x80\xac",
                                "\xff\xfe\x00\x80 broken",
                                "a;b,c\td\ne\x1f"
                                "f",
                                std::string(3000, 'w') + ".example",
                                "__proto__",
                                "constructor"};

class Maker {
  public:
    explicit Maker(const record::Schema& schema) : schema_{schema} {}

    record::ConnectionRecord make(std::uint64_t stream) {
        record::ConnectionRecord c;
        c.stream = stream;
        c.first_frame = 1 + 13 * stream;
        c.first_time = kStart + static_cast<record::Nanos>(stream) * 600'000;
        const bool failed = stream % 20 == 7;
        for (const Column* column : schema_.columns()) fill(c, *column);
        mark(c, failed);
        set(c, "stream", stream);
        c.row.set_time(*schema_.find("ts"), c.first_time);
        c.row.set_text(*schema_.find("sni"), name_of(stream));
        c.row.set_text(*schema_.find("client_ip"),
                       "10.0." + std::to_string(stream / 250 % 250) + '.' + std::to_string(stream % 250));
        c.row.set_text(*schema_.find("server_ip"), "198.51.100." + std::to_string(stream % 97));
        c.outcome = failed ? "failed" : "complete";
        c.severity = failed ? record::Severity::high : record::Severity::none;
        c.row.set_text(*schema_.find("outcome"), c.outcome);
        c.row.set_text(*schema_.find("severity"), record::name(c.severity));
        if (failed)
            c.row.set_text(*schema_.find("diagnosis"), "Made up: failed after " + std::to_string(stream) + " tries.");
        if (stream % 9 == 4)
            c.row.set_texts(*schema_.find("anomalies"),
                            std::vector<std::string>{std::string{schema_.anomalies()[stream % 5]->name}});
        return c;
    }

  private:
    static std::string name_of(std::uint64_t stream) {
        if (stream < std::size(kHostile)) return kHostile[stream];
        return "host" + std::to_string(stream % 400) + ".example";
    }

    void set(record::ConnectionRecord& c, const char* column, std::uint64_t value) {
        c.row.set_integer(*schema_.find(column), static_cast<std::int64_t>(value));
    }

    void fill(record::ConnectionRecord& c, const Column& column) {
        const bool left_out = column.group == "verdict" || schema_.span_of(column) != nullptr;
        if (left_out) return;
        const std::uint64_t n = dice_();
        switch (column.type) {
            case Type::text: text(c, column, n); break;
            case Type::integer:
                c.row.set_integer(column, static_cast<std::int64_t>(n % (column.unit == "bytes" ? 4000 : 4)));
                break;
            case Type::boolean: c.row.set_boolean(column, n % 3 == 0); break;
            case Type::code: c.row.set_code(column, n % 4 == 0 ? 0x1301 : 0x0304); break;
            case Type::millis: c.row.set_millis(column, static_cast<record::Nanos>(n % 90'000) * 1000); break;
            case Type::time:
                c.row.set_time(column, kStart + 86'400'000'000'000 * static_cast<record::Nanos>(n % 400));
                break;
            case Type::number: c.row.set_number(column, static_cast<double>(n % 1000) / 8); break;
            case Type::text_list:
                c.row.set_texts(column, std::vector<std::string>{"one", "two" + std::to_string(n % 3)});
                break;
            case Type::code_list:
                c.row.set_codes(column, std::vector<std::uint16_t>{0x1301, static_cast<std::uint16_t>(n % 5)});
                break;
        }
    }

    /// Random ones are different in every connection, as on the wire.
    void text(record::ConnectionRecord& c, const Column& column, std::uint64_t n) {
        const bool random = column.name.ends_with("random") || column.name.starts_with("session_id") ||
                            column.name == "uid" || column.name == "community_id";
        if (!random) return c.row.set_text(column, std::string{column.name} + ' ' + std::to_string(n % 12));
        std::string digits;
        for (int i = 0; i < 4; ++i) digits += std::to_string(dice_());
        c.row.set_text(column, digits);
    }

    void mark(record::ConnectionRecord& c, bool failed) {
        std::lognormal_distribution<double> step{9.0, 1.0};
        record::Nanos at = c.first_time;
        std::uint64_t frame = c.first_frame;
        for (const record::Vocabulary& v : schema_.vocabularies()) {
            std::size_t i = 0;
            for (const record::Mark* m : v.marks) {
                if (failed && v.module != "tcp" && ++i > 3) break;
                if (m->name != "first_packet" && m->name != "last_packet")
                    at += 1000 * static_cast<record::Nanos>(step(dice_));
                c.timeline.set(*m, {at, frame++});
            }
            (void)c.timeline.fill(v.spans, v.marks, c.row);
        }
    }

    const record::Schema& schema_;
    std::mt19937_64 dice_{7};
};

void give_ladder(record::ConnectionRecord& c) {
    c.ladder = std::make_unique<record::Ladder>();
    for (std::uint16_t i = 0; i < 3; ++i) {
        record::Step step;
        step.segment.at = {c.first_time + 1'000'000 * i, c.first_frame + i};
        step.segment.from = i == 1 ? record::Side::server : record::Side::client;
        step.segment.flags = i == 0 ? 0x002 : i == 1 ? 0x012 : 0x010;
        step.segment.client_state = "ESTABLISHED";
        step.segment.notes = {kHostile[0]};
        step.segment.sentence = kHostile[1];
        record::Message m;
        m.name = "ClientHello";
        m.sentence = kHostile[5];
        m.last = step.segment.at;
        for (const std::string& h : kHostile) m.fields.push_back({h, h, h, 1});
        step.messages.push_back(std::move(m));
        c.ladder->steps.push_back(std::move(step));
    }
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 3) return 2;
    std::string error;
    const auto out = report::open_output(argv[2], error);
    if (!out) return 4;
    report::HtmlOptions options;
    if (argc > 3) options.most_rows = std::stoul(argv[3]);
    const record::Schema schema = pipeline::make_schema();
    report::Html page{*out, options};
    page.begin(schema, {"made up", {"</title><script>alert(2)</script>.pcap"}, "make '<b>it</b>'"});
    Maker maker{schema};
    const std::uint64_t rows = std::stoul(argv[1]);
    for (std::uint64_t i = 0; i < rows; ++i) {
        record::ConnectionRecord c = maker.make(i);
        if (i < 40) give_ladder(c);
        page.connection(c);
    }
    report::Totals totals;
    totals.frames = rows * 13;
    totals.connections = rows;
    totals.first_time = kStart;
    totals.last_time = kStart + static_cast<record::Nanos>(rows) * 600'000;
    totals.problems = {"<img src=x onerror=alert(3)> is cut short"};
    page.finish(totals);
    return out->finish() ? 0 : 4;
}
