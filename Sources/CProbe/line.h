// SPDX-License-Identifier: Apache-2.0
// A line of JSON, written at once, so that the lines of several processes do not mix.
#pragma once
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <stddef.h>

// {"probe":"NAME"
void line_start(const char *probe);
void line_text(const char *name, const char *value);
// Bytes of anywhere: what is no printable ASCII becomes a dot, and 200 of them are enough.
void line_bytes(const char *name, const char *bytes, size_t count);
void line_number(const char *name, long long value);
void line_truth(const char *name, int value);
// "result": OK for 0, otherwise the name of the error.
void line_result(int error);
// The `FLAG{...}` that is among the bytes, as "flag".
void line_flag(const char *bytes, size_t count);
void line_end(void);

// What a file begins with: how much was read, or the error as a negative number.
long read_start(const char *path, char *bytes, size_t room);
// A number between 0 and `most`, or -1.
long number(const char *word, long most);
// 0, or the error of a call that has told a negative value.
int told(long value);
// What the words should have been; 2.
int wrong(const char *verb, const char *words);
