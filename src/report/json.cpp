#include "report/json.h"

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <cmath>

#include "report/escape.h"
#include "report/format.h"

namespace tlsscope::report {

using record::Type;
using record::Value;

/// A line being written, and the room it reuses.
class Json::Line {
  public:
    std::string_view write(const RowValues& values) {
        buffer_.Clear();
        writer_.Reset(buffer_);
        writer_.StartObject();
        for (std::size_t i = 0; i < values.size(); ++i)
            if (const Value v = values[i]; has_member(v)) member(v);
        writer_.EndObject();
        buffer_.Put('\n');
        return {buffer_.GetString(), buffer_.GetSize()};
    }

  private:
    /// JSON has no NaN and no infinity.
    static bool has_member(const Value& v) {
        return !v.empty() && (v.type() != Type::number || std::isfinite(v.number()));
    }

    void member(const Value& v) {
        const std::string_view name = v.column().name;
        writer_.Key(name.data(), static_cast<rapidjson::SizeType>(name.size()));
        switch (v.type()) {
            case Type::text: string(v.text()); break;
            case Type::integer: writer_.Int64(v.integer()); break;
            case Type::boolean: writer_.Bool(v.integer() != 0); break;
            case Type::code: code(v.column(), static_cast<std::uint32_t>(v.integer())); break;
            case Type::text_list: texts(v); break;
            case Type::code_list: codes(v); break;
            case Type::time:
                append_value(cleared(), v);
                string(scratch_);
                break;
            case Type::millis:
            case Type::number:
                append_value(cleared(), v);
                writer_.RawValue(scratch_.data(), scratch_.size(), rapidjson::kNumberType);
                break;
        }
    }

    void texts(const Value& v) {
        writer_.StartArray();
        std::size_t cursor = 0;
        for (std::string_view item; v.next_text(cursor, item);) string(item);
        writer_.EndArray();
    }

    void codes(const Value& v) {
        writer_.StartArray();
        for (std::size_t i = 0; i < v.list_size(); ++i) code(v.column(), v.code_at(i));
        writer_.EndArray();
    }

    void code(const record::Column& column, std::uint32_t value) {
        append_code(cleared(), column, value);
        string(scratch_);
    }

    /// RapidJSON checks no encoding and leaves bidi controls as they are, so the escaping is our own.
    void string(std::string_view raw) {
        quoted_.clear();
        append_json_string(quoted_, raw);
        writer_.RawValue(quoted_.data(), quoted_.size(), rapidjson::kStringType);
    }

    std::string& cleared() {
        scratch_.clear();
        return scratch_;
    }

    rapidjson::StringBuffer buffer_;
    rapidjson::Writer<rapidjson::StringBuffer> writer_{buffer_};
    std::string scratch_;
    std::string quoted_;
};

Json::Json(Output& out, const Selection& selection)
    : out_{out}, columns_{selection.columns}, reader_{columns_}, line_{std::make_unique<Line>()} {}

Json::~Json() = default;

void Json::connection(const record::ConnectionRecord& connection) {
    out_.write(line_->write(reader_.read(connection.row)));
}

}  // namespace tlsscope::report
