// What the shared library shows. All else in it is hidden: no name of ours can meet another's in one process.
#pragma once

#if defined(__GNUC__)
#define SIGNET_API __attribute__((visibility("default")))
#define SIGNET_HIDDEN __attribute__((visibility("hidden")))
#else
#define SIGNET_API
#define SIGNET_HIDDEN
#endif
