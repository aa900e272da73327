# Warnings are errors on both compilers; the release build is hardened the way Debian hardens its own.
add_compile_options(-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror)
add_link_options(-Wl,-z,relro,-z,now)

if(SIGNET_SANITIZE)
  add_compile_options(-fsanitize=${SIGNET_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${SIGNET_SANITIZE})
else()
  add_compile_options(-fstack-protector-strong)
  if(NOT CMAKE_BUILD_TYPE STREQUAL Debug)
    add_compile_options(-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)
  endif()
endif()

find_program(MOLD mold)
if(MOLD)
  add_link_options(-fuse-ld=mold)
endif()
