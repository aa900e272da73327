# signet_module(NAME [DEPENDS other modules...] [LIBRARIES third parties...] [PRECOMPILE headers...])
#
# One folder is one target is one idea. DEPENDS is the only list of who may include whom: the linker gets it
# from here, and tools/check_includes.py reads the same lines. Every *_test.cc beside the sources goes into the
# module's one test program, <name>_test.
function(signet_module name)
  cmake_parse_arguments(module "" "" "DEPENDS;LIBRARIES;PRECOMPILE" ${ARGN})
  set(folder ${CMAKE_CURRENT_SOURCE_DIR}/${name})
  file(GLOB sources CONFIGURE_DEPENDS ${folder}/*.cc)
  file(GLOB tests CONFIGURE_DEPENDS ${folder}/*_test.cc)
  list(FILTER sources EXCLUDE REGEX "_test\\.cc$")
  if(NOT sources)
    message(FATAL_ERROR "src/${name} has no sources")
  endif()

  add_library(signet_${name} STATIC ${sources})
  target_include_directories(signet_${name} PUBLIC ${PROJECT_SOURCE_DIR}/src ${PROJECT_SOURCE_DIR}/include)
  list(TRANSFORM module_DEPENDS PREPEND signet_ OUTPUT_VARIABLE targets)
  target_link_libraries(signet_${name} PUBLIC ${targets} PRIVATE ${module_LIBRARIES})
  if(module_PRECOMPILE)
    target_precompile_headers(signet_${name} PRIVATE ${module_PRECOMPILE})
  endif()

  if(tests AND PROJECT_IS_TOP_LEVEL)
    add_executable(${name}_test ${tests})
    target_link_libraries(${name}_test PRIVATE signet_${name} ${module_LIBRARIES} GTest::gtest_main)
    # Test code runs once; optimizing it would take longer than running it, up to 15 s a file under the sanitizers.
    target_compile_options(${name}_test PRIVATE -O0 -U_FORTIFY_SOURCE)
    add_test(NAME ${name} COMMAND ${name}_test)
  endif()
endfunction()
