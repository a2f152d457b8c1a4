#include "record/packing.h"

#include <cstring>
#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

namespace tlsscope::record {

namespace {

// Both visit the same members in the same order (the visit_... functions), so that they cannot disagree.

template <class Entry, class Visitor>
requires std::is_same_v<std::remove_const_t<Entry>, Timeline::Entry>
void visit_parts(Entry& e, Visitor& v) { v(e.mark), v(e.at.time), v(e.at.frame), v(e.inferred), v(e.ambiguous); }

template <class Entry, class Visitor>
requires std::is_same_v<std::remove_const_t<Entry>, Anomalies::Entry>
void visit_parts(Entry& e, Visitor& v) { v(e.anomaly), v(e.count), v(e.first_frame); }

/// Without padding, whose bytes would be anything.
template <class T>
inline constexpr bool kAllBytesCount = std::has_unique_object_representations_v<T>;

class Writer {
  public:
    explicit Writer(std::string& bytes) : bytes_{bytes} {}

    template <class T>
    requires kAllBytesCount<T>
    void operator()(const T& value) { bytes_.append(reinterpret_cast<const char*>(&value), sizeof value); }
    template <class T>
    void operator()(const std::vector<T>& values) {
        many(values.data(), values.size());
    }
    void operator()(const std::string& text) { many(text.data(), text.size()); }
    void operator()(const CertificateFiles& files) {
        (*this)(files.size());
        for (const auto& file : files) (*this)(file->sha256), (*this)(file->pem);
    }

  private:
    template <class T>
    void many(const T* values, std::size_t count) {
        (*this)(count);
        if constexpr (kAllBytesCount<T>) {
            if (count != 0) bytes_.append(reinterpret_cast<const char*>(values), count * sizeof(T));
        } else {
            for (std::size_t i = 0; i < count; ++i) visit_parts(values[i], *this);
        }
    }
    std::string& bytes_;
};

class Reader {
  public:
    explicit Reader(std::string_view bytes) : bytes_{bytes} {}

    template <class T>
    requires kAllBytesCount<T>
    void operator()(T& value) { take(&value, sizeof value); }
    template <class T>
    void operator()(std::vector<T>& values) {
        many(values);
    }
    void operator()(std::string& text) { many(text); }
    void operator()(CertificateFiles& files) {
        std::size_t count = 0;
        for ((*this)(count); count != 0; --count) {
            CertificateFile file;
            (*this)(file.sha256), (*this)(file.pem);
            files.push_back(std::make_shared<const CertificateFile>(std::move(file)));
        }
    }

  private:
    template <class Many>
    void many(Many& values) {
        std::size_t count = 0;
        (*this)(count);
        values.resize(count);
        if constexpr (kAllBytesCount<typename Many::value_type>) {
            if (count != 0) take(values.data(), count * sizeof *values.data());
        } else {
            for (auto& value : values) visit_parts(value, *this);
        }
    }
    void take(void* to, std::size_t size) {
        std::memcpy(to, bytes_.data(), size);
        bytes_.remove_prefix(size);
    }
    std::string_view bytes_;
};

template <class Record, class Visitor>
void visit_record(Record& r, Visitor& v) {
    v(r.stream), v(r.first_frame), v(r.first_time);
    r.row.visit(v);
    r.timeline.visit(v);
    r.anomalies.visit(v);
    v(r.severity), v(r.outcome), v(r.diagnosis), v(r.verdict), v(r.evidence_frames), v(r.certificates);
}

}  // namespace

void pack(const ConnectionRecord& record, std::string& bytes) {
    Writer writer{bytes};
    visit_record(record, writer);
}

ConnectionRecord unpack(std::string_view bytes) {
    ConnectionRecord record;
    Reader reader{bytes};
    visit_record(record, reader);
    return record;
}

}  // namespace tlsscope::record
