// SPDX-License-Identifier: Apache-2.0
// The low-level SHA-256 of libcrypto: no provider is loaded, so a process that hashes nothing pays nothing.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>
