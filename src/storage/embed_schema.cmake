# Puts schema/NNN.sql into the library, so that a binary always carries the schema that it was built for.
file(GLOB schema_files CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/schema/*.sql)
list(SORT schema_files)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${schema_files})

set(SCHEMA_STEPS "")
foreach(schema_file IN LISTS schema_files)
  file(READ ${schema_file} schema_sql)
  string(APPEND SCHEMA_STEPS "R\"sql(${schema_sql})sql\",\n")
endforeach()
configure_file(${CMAKE_CURRENT_LIST_DIR}/schema_steps.cc.in ${CMAKE_CURRENT_BINARY_DIR}/schema_steps.cc @ONLY)
target_sources(signet_storage PRIVATE ${CMAKE_CURRENT_BINARY_DIR}/schema_steps.cc)

# SOCI keeps its type information to itself, and checking vptr needs it.
if(SIGNET_SANITIZE MATCHES undefined)
  target_compile_options(signet_storage PRIVATE -fno-sanitize=vptr)
  if(SIGNET_BUILD_TESTS)
    target_compile_options(storage_test PRIVATE -fno-sanitize=vptr)
  endif()
endif()
