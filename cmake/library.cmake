# libsignet, as others use it: the room `c` and all below it, compiled once, in one archive and in one shared library.
#
#   find_package(signet)                      signet::signet, the shared library
#   find_package(signet COMPONENTS static)    signet::signet_static too, and what it needs
#   add_subdirectory(signet)                  signet::signet is the archive: nothing to install, nothing to find at run time
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

# What each third party is called where an installed archive has to name it: pkg-config's name for it, and how
# find_package finds it again.
set(signet_known_OpenSSL::Crypto     libcrypto "find_dependency(OpenSSL 3)")
set(signet_known_PkgConfig::SODIUM   libsodium "pkg_check_modules(SODIUM REQUIRED IMPORTED_TARGET libsodium)")
set(signet_known_PkgConfig::SIMDJSON simdjson  "pkg_check_modules(SIMDJSON REQUIRED IMPORTED_TARGET simdjson)")
set(signet_known_CURL::libcurl       libcurl   "find_dependency(CURL)")
set(signet_known_ZLIB::ZLIB          zlib      "find_dependency(ZLIB)")
set(signet_known_Threads::Threads    ""        "find_dependency(Threads)")

signet_rooms_below(c rooms libraries)
list(TRANSFORM rooms REPLACE "(.+)" "$<TARGET_OBJECTS:signet_\\1>" OUTPUT_VARIABLE objects)

set(SIGNET_PC_REQUIRES)
set(SIGNET_FIND_DEPENDENCIES)
foreach(library IN LISTS libraries)
  if(NOT DEFINED signet_known_${library})
    message(FATAL_ERROR "cmake/library.cmake does not know what ${library} is called outside")
  endif()
  list(GET signet_known_${library} 0 pc)
  list(GET signet_known_${library} 1 find)
  if(pc)
    list(APPEND SIGNET_PC_REQUIRES ${pc})
  endif()
  string(APPEND SIGNET_FIND_DEPENDENCIES "  ${find}\n")
endforeach()
list(JOIN SIGNET_PC_REQUIRES ", " SIGNET_PC_REQUIRES)

function(signet_library target type name)
  add_library(${target} ${type} ${objects})
  set_target_properties(${target} PROPERTIES OUTPUT_NAME signet EXPORT_NAME ${name} LINKER_LANGUAGE CXX)
  target_compile_features(${target} INTERFACE cxx_std_23)
  target_include_directories(${target} INTERFACE $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>
                                                 $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  target_link_libraries(${target} PRIVATE ${libraries})
endfunction()

signet_library(signet_static STATIC signet_static)
add_library(signet::signet_static ALIAS signet_static)
if(NOT PROJECT_IS_TOP_LEVEL)
  add_library(signet::signet ALIAS signet_static)
  return()
endif()

signet_library(signet_shared SHARED signet)
add_library(signet::signet ALIAS signet_shared)
set_target_properties(signet_shared PROPERTIES VERSION ${PROJECT_VERSION} SOVERSION 0
                                               LINK_DEPENDS ${PROJECT_SOURCE_DIR}/cmake/exports.map)
if(SIGNET_SANITIZE)
  set_target_properties(signet_shared PROPERTIES EXCLUDE_FROM_ALL TRUE)
endif()
target_link_options(signet_shared PRIVATE -Wl,--version-script=${PROJECT_SOURCE_DIR}/cmake/exports.map)

# Three components, as there are three packages: who runs a program, who builds one, who runs the issuer.
set(package ${CMAKE_INSTALL_LIBDIR}/cmake/signet)
install(TARGETS signet_shared EXPORT signet-shared
        LIBRARY COMPONENT library NAMELINK_COMPONENT development)
install(TARGETS signet_static EXPORT signet-static ARCHIVE COMPONENT development)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/signet TYPE INCLUDE COMPONENT development)
foreach(kind shared static)
  install(EXPORT signet-${kind} NAMESPACE signet:: DESTINATION ${package} COMPONENT development)
endforeach()
install(TARGETS signet RUNTIME COMPONENT program)

configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/signet-config.cmake.in signet-config.cmake
                              INSTALL_DESTINATION ${package} NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file(signet-config-version.cmake COMPATIBILITY SameMinorVersion)
set(SIGNET_PREFIX "@CMAKE_INSTALL_PREFIX@")  # known when it is installed: cmake --install may name another
configure_file(${PROJECT_SOURCE_DIR}/cmake/signet.pc.in signet.pc.in @ONLY)
install(CODE "configure_file(\"${CMAKE_CURRENT_BINARY_DIR}/signet.pc.in\" \"${CMAKE_CURRENT_BINARY_DIR}/signet.pc\" @ONLY)"
        COMPONENT development)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/signet-config.cmake ${CMAKE_CURRENT_BINARY_DIR}/signet-config-version.cmake
        DESTINATION ${package} COMPONENT development)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/signet.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT development)
