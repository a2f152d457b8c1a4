// Replays files through a fuzz target without libFuzzer, so that every input that once mattered runs in the ordinary
// test run, under gcc too. Also tries each file cut short and with bytes flipped, always the same ones.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
extern "C" __attribute__((weak)) int LLVMFuzzerInitialize(int* argc, char*** argv);
extern "C" __attribute__((weak)) std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                                                     std::size_t max_size, unsigned seed);
/// In place of libFuzzer's: enough for mutators to be tried.
extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

namespace {

using Input = std::vector<std::uint8_t>;

constexpr std::size_t kVariantLimit = 4096;  ///< larger inputs are replayed as they are, for time
#ifndef TLSSCOPE_FUZZ_VARIANTS
#define TLSSCOPE_FUZZ_VARIANTS 64
#endif
constexpr std::size_t kCuts = TLSSCOPE_FUZZ_VARIANTS;
constexpr std::size_t kFlips = TLSSCOPE_FUZZ_VARIANTS;

Input read_file(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

/// A copy of exactly that length on the heap: one byte over is a fault AddressSanitizer sees.
void run_one(const Input& input, std::size_t length) {
    const Input exact(input.begin(), input.begin() + static_cast<std::ptrdiff_t>(length));
    LLVMFuzzerTestOneInput(exact.data(), exact.size());
}

/// splitmix64: the same variants on every machine and in every run.
std::uint64_t mix(std::uint64_t x) {
    x += 0x9e3779b97f4a7c15U;
    x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9U;
    x = (x ^ (x >> 27U)) * 0x94d049bb133111ebU;
    return x ^ (x >> 31U);
}

/// What a target's own mutator makes of it, some steps on.
std::size_t run_mutations(const Input& input) {
    constexpr std::size_t kMutations = TLSSCOPE_FUZZ_VARIANTS;
    if (LLVMFuzzerCustomMutator == nullptr) return 0;
    Input changed = input;
    changed.resize(input.size() + kVariantLimit);
    std::size_t size = input.size();
    for (unsigned i = 0; i < kMutations; ++i) {
        if (i % 8 == 0) {
            std::copy(input.begin(), input.end(), changed.begin());
            size = input.size();
        }
        size = LLVMFuzzerCustomMutator(changed.data(), size, changed.size(), i);
        run_one(changed, size);
    }
    return kMutations;
}

std::size_t replay(const Input& input) {
    run_one(input, input.size());
    if (input.empty() || input.size() > kVariantLimit) return 1;
    const std::size_t step = std::max<std::size_t>(1, input.size() / kCuts);
    std::size_t runs = 1;
    for (std::size_t length = 0; length < input.size(); length += step, ++runs) run_one(input, length);
    for (std::size_t i = 0; i < kFlips; ++i, ++runs) {
        const std::uint64_t dice = mix(i ^ (input.size() << 8U));
        Input changed = input;
        changed[dice % changed.size()] ^= static_cast<std::uint8_t>(1U << ((dice >> 32U) % 8U));
        run_one(changed, changed.size());
    }
    return runs + run_mutations(input);
}

std::vector<std::filesystem::path> files_of(const std::filesystem::path& path) {
    std::vector<std::filesystem::path> files;
    if (std::filesystem::is_directory(path)) {
        for (const auto& entry : std::filesystem::recursive_directory_iterator(path))
            if (entry.is_regular_file()) files.push_back(entry.path());
        std::sort(files.begin(), files.end());
    } else if (std::filesystem::is_regular_file(path)) {
        files.push_back(path);
    }
    return files;
}

}  // namespace

std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size) {
    if (size < max_size) {
        data[size] = static_cast<std::uint8_t>(mix(size));
        ++size;
    }
    if (size == 0) return 0;
    data[mix(size) % size] ^= static_cast<std::uint8_t>(1U << (size % 8U));
    return size;
}

int main(int argc, char** argv) {
    if (LLVMFuzzerInitialize != nullptr) LLVMFuzzerInitialize(&argc, &argv);
    std::size_t files = 0;
    std::size_t runs = 0;
    for (int i = 1; i < argc; ++i) {
        for (const auto& file : files_of(argv[i])) {
            runs += replay(read_file(file));
            ++files;
        }
    }
    if (files == 0) {
        std::cerr << "no input: a target without a corpus proves nothing\n";
        return 1;
    }
    std::cout << files << " files, " << runs << " runs\n";
    return 0;
}
