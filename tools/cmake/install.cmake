# What is installed, and the Debian package of it (`tools/dev package`). Completions are in tools/package, made from --help.

include(GNUInstallDirs)
set(TLSSCOPE_MAINTAINER "tlsscope maintainers <maintainers@users.noreply.h-seed-e56c61c1.example>")
set(TLSSCOPE_PACKAGE ${CMAKE_SOURCE_DIR}/tools/package)
install(TARGETS tlsscope RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(FILES ${TLSSCOPE_PACKAGE}/tlsscope.bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME tlsscope)
install(FILES ${TLSSCOPE_PACKAGE}/tlsscope.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)

# The prefix is known only now (the package's is /usr): the unit names the program where it is, and zsh has one folder for
# packages and another one for what an administrator installs.
install(CODE "
  set(source \"${TLSSCOPE_PACKAGE}\")
  set(work \"${CMAKE_BINARY_DIR}/package\")
  set(program \"\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_BINDIR}/tlsscope\")
  set(zsh ${CMAKE_INSTALL_DATADIR}/zsh/site-functions)"
  CODE [[
  file(READ "${source}/tlsscope@.service" unit)
  string(REPLACE "/usr/bin/tlsscope" "${program}" unit "${unit}")
  file(WRITE "${work}/tlsscope@.service" "${unit}")
  if(CMAKE_INSTALL_PREFIX STREQUAL "/usr")
    set(zsh share/zsh/vendor-completions)
  endif()
  file(INSTALL "${work}/tlsscope@.service" DESTINATION "${CMAKE_INSTALL_PREFIX}/lib/systemd/system")
  file(INSTALL "${source}/_tlsscope" DESTINATION "${CMAKE_INSTALL_PREFIX}/${zsh}")
]])

# tlsscope_gzipped(target input name destination command...): what the command makes of the input, packed as Debian wants it.
find_program(SCDOC scdoc)
find_program(GZIP gzip)
function(tlsscope_gzipped target input name destination)
  set(output ${CMAKE_BINARY_DIR}/package/${name})
  add_custom_command(OUTPUT ${output}.gz COMMAND ${ARGN} < ${input} > ${output} COMMAND ${GZIP} -9nf ${output}
                     DEPENDS ${input} VERBATIM)
  add_custom_target(${target} ALL DEPENDS ${output}.gz)
  install(FILES ${output}.gz DESTINATION ${destination})
endfunction()

# The page is a text that scdoc renders (its date: today's, or SOURCE_DATE_EPOCH); everything else is built without it.
if(SCDOC AND GZIP)
  tlsscope_gzipped(man_page ${TLSSCOPE_PACKAGE}/tlsscope.1.scd tlsscope.1 ${CMAKE_INSTALL_MANDIR}/man1 ${SCDOC})
else()
  message(STATUS "no scdoc: no man page")
endif()
if(GZIP)
  string(TIMESTAMP date "%a, %d %b %Y %H:%M:%S +0000" UTC)
  file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/package/changelog.txt @ONLY CONTENT
"tlsscope (@PROJECT_VERSION@) unstable; urgency=medium

  * What changed is in the history of the repository.

 -- ${TLSSCOPE_MAINTAINER}  @date@
")
  tlsscope_gzipped(changelog ${CMAKE_BINARY_DIR}/package/changelog.txt changelog ${CMAKE_INSTALL_DOCDIR} cat)
endif()
install(FILES ${TLSSCOPE_PACKAGE}/copyright DESTINATION ${CMAKE_INSTALL_DOCDIR})

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME tlsscope)
set(CPACK_PACKAGE_VENDOR "tlsscope maintainers")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "TLS handshakes in packet captures: what happened, how long, why")
set(CPACK_PACKAGE_DESCRIPTION
"Reads packet captures or an interface and reports, for every TCP connection,
what happened in what order, how long each step took, what was negotiated, and
who is to blame when it was slow or failed, with the frames that prove it.
.
Reports are tables, CSV, NDJSON and self-contained HTML pages. No keys are
needed and nothing is decrypted.")
set(CPACK_PACKAGE_DIRECTORY ${CMAKE_BINARY_DIR})
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ
                                                WORLD_EXECUTE)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_MAINTAINER ${TLSSCOPE_MAINTAINER})
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
include(CPack)
