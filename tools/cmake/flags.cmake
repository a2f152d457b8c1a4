# Compiler flags for our own code: strict warnings everywhere, hardening in Release, sanitizers on request.

add_library(tlsscope_flags INTERFACE)
target_compile_options(tlsscope_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor -Wold-style-cast
  -Wcast-align -Woverloaded-virtual -Wimplicit-fallthrough -Wextra-semi -Wundef)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # -Wrestrict: false alarms of gcc 12 on std::string's operator+ (GCC bug 105651).
  target_compile_options(tlsscope_flags INTERFACE -Wduplicated-cond -Wlogical-op -Wuseless-cast -Wno-restrict)
endif()
if(TLSSCOPE_WERROR)
  target_compile_options(tlsscope_flags INTERFACE -Werror)
endif()

if(TLSSCOPE_SANITIZE)
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
  add_compile_definitions(_GLIBCXX_ASSERTIONS)
else()
  # The cost of these is measured by `tools/dev bench`; the list is argued in CONTRIBUTING.md.
  target_compile_definitions(tlsscope_flags INTERFACE _GLIBCXX_ASSERTIONS)
  target_compile_options(tlsscope_flags INTERFACE
    -fstack-protector-strong -fstack-clash-protection -fcf-protection=full)
  if(CMAKE_BUILD_TYPE STREQUAL "Release")
    target_compile_options(tlsscope_flags INTERFACE -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3)
    if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
      # In Release only: elsewhere it would hide from valgrind what nobody has set.
      target_compile_options(tlsscope_flags INTERFACE -ftrivial-auto-var-init=zero)
    endif()
  endif()
  add_link_options(-Wl,-z,relro,-z,now,-z,noexecstack)
endif()
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
# One program, no library: nothing of it is replaced from outside, so calls need no indirection and may be inlined.
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)
include(CheckPIESupported)
check_pie_supported()
