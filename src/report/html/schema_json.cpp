// The declarations, as the page reads them: what CSV headers and --list-columns are made of.
#include <array>

#include "report/html/html.h"

namespace tlsscope::report {

namespace {

using html::JsonText;
using record::Type;

std::string_view word(Type type) {
    switch (type) {
        case Type::text: return "text";
        case Type::text_list: return "texts";
        case Type::integer: return "integer";
        case Type::boolean: return "boolean";
        case Type::code: return "code";
        case Type::code_list: return "codes";
        case Type::time: return "time";
        case Type::millis: return "millis";
        case Type::number: return "number";
    }
    return {};
}

void put_column(JsonText& json, const record::Column& c) {
    constexpr std::array<std::string_view, 3> kSummary = {"none", "count", "percentiles"};
    json.open_object().key("name").text(c.name).key("type").text(word(c.type)).key("unit").text(c.unit);
    json.key("meaning").text(c.meaning).key("group").text(c.group).key("heading").text(c.heading);
    json.key("priority").number(std::int64_t{c.priority});
    json.key("summary").text(kSummary[static_cast<std::size_t>(c.summary)]).close_object();
}

}  // namespace

void Html::put_schema(JsonText& json) const {
    json.key("schema").open_array();
    for (const record::Column* c : schema_->columns()) put_column(json, *c);
    json.close_array().key("marks").open_array();
    for (const record::Vocabulary& v : schema_->vocabularies())
        for (const record::Mark* m : v.marks) json.open_array().text(m->name).text(m->meaning).close_array();
    json.close_array().key("spans").open_array();
    for (const record::Vocabulary& v : schema_->vocabularies()) {
        for (const record::Span& s : v.spans) {
            json.open_object().key("column").text(s.column.name).key("from").text(s.from->name);
            json.key("to").text(s.to->name).key("phase").boolean(s.phase).close_object();
        }
    }
    json.close_array().key("anomalies").open_array();
    for (const record::Anomaly* a : schema_->anomalies())
        json.open_array().text(a->name).text(record::name(a->severity)).text(a->meaning).close_array();
    json.close_array();
}

}  // namespace tlsscope::report
