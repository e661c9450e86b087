// SPDX-License-Identifier: Apache-2.0
//
// The last program before the container's own, as a whole ELF file in 64-bit form. A copy of it, sealed in a memfd and
// followed by a parameter block, is what a container's process executes first: so /proc/self/exe of a program that
// says `#!/proc/self/exe` is that private copy, and no file of the host (CVE-2019-5736), nor its page cache.
//
// It loads the seccomp filter of the block, if there is one, and executes the block's path with its own arguments and
// environment. Where that fails it writes the error number, 4 bytes, to the block's descriptor and exits with 127.
//
// The block follows at mb_launcher_end:  u32 descriptor; u32 filter flags; u16 instructions; 6 bytes of padding;
// then the instructions, 8 bytes each; then the path, ending in 0.
    .section .rodata
    .globl mb_launcher_start, mb_launcher_end
    .balign 8
#if defined(__x86_64__)
mb_launcher_start:
    .byte 0x7f, 'E', 'L', 'F', 2, 1, 1, 0
    .quad 0
    .short 2, 62                        // ET_EXEC, EM_X86_64
    .long 1
    .quad 0x400000 + entry - mb_launcher_start
    .quad header - mb_launcher_start
    .quad 0
    .long 0
    .short 64, 56, 2, 64, 0, 0
header:
    .long 1, 5                          // PT_LOAD, readable and executable
    .quad 0, 0x400000, 0x400000
    .quad 0x20000, 0x20000              // more than the file has: what is past its end is never touched
    .quad 0x1000
    .long 0x6474e551, 6                 // PT_GNU_STACK, not executable
    .quad 0, 0, 0, 0, 0, 16
entry:
    mov (%rsp), %rbx                    // argc
    lea 8(%rsp), %r12                   // argv
    lea 16(%rsp,%rbx,8), %r13           // envp
    lea mb_launcher_end(%rip), %rbp
    mov $72, %eax                       // fcntl: the program itself must not inherit the descriptor
    mov (%rbp), %edi
    mov $2, %esi                        // F_SETFD
    mov $1, %edx                        // FD_CLOEXEC
    syscall
    test %rax, %rax                     // not there: this is a script's interpreter, and would run it for ever
    js failed
    movzwl 8(%rbp), %ecx
    lea 16(%rbp,%rcx,8), %r14           // path
    test %ecx, %ecx
    jz execute
    // struct sock_fprog { u16 len; pointer filter } on the stack.
    lea 16(%rbp), %rax
    push %rax
    push %rcx
    mov $317, %eax                      // seccomp
    mov $1, %edi                        // SECCOMP_SET_MODE_FILTER
    mov 4(%rbp), %esi
    mov %rsp, %rdx
    syscall
    test %rax, %rax
    js failed
execute:
    mov $59, %eax                       // execve
    mov %r14, %rdi
    mov %r12, %rsi
    mov %r13, %rdx
    syscall
failed:
    neg %eax
    push %rax
    mov $1, %eax                        // write
    mov (%rbp), %edi
    mov %rsp, %rsi
    mov $4, %edx
    syscall
    mov $231, %eax                      // exit_group
    mov $127, %edi
    syscall
    hlt
    .balign 8
mb_launcher_end:
#elif defined(__aarch64__)
mb_launcher_start:
    .byte 0x7f, 'E', 'L', 'F', 2, 1, 1, 0
    .quad 0
    .short 2, 183                       // ET_EXEC, EM_AARCH64
    .long 1
    .quad 0x400000 + entry - mb_launcher_start
    .quad header - mb_launcher_start
    .quad 0
    .long 0
    .short 64, 56, 2, 64, 0, 0
header:
    .long 1, 5
    .quad 0, 0x400000, 0x400000
    .quad 0x20000, 0x20000
    .quad 0x10000
    .long 0x6474e551, 6
    .quad 0, 0, 0, 0, 0, 16
entry:
    ldr x19, [sp]                       // argc
    add x20, sp, #8                     // argv
    add x21, x20, x19, lsl #3
    add x21, x21, #8                    // envp
    adr x22, mb_launcher_end
    mov x8, #25                         // fcntl: the program itself must not inherit the descriptor
    ldr w0, [x22]
    mov x1, #2
    mov x2, #1
    svc #0
    tbnz x0, #63, failed                // not there: this is a script's interpreter, and would run it for ever
    ldrh w23, [x22, #8]
    add x24, x22, x23, lsl #3
    add x24, x24, #16                   // path
    cbz w23, execute
    add x2, x22, #16
    stp x23, x2, [sp, #-16]!
    mov x8, #277                        // seccomp
    mov x0, #1
    ldr w1, [x22, #4]
    mov x2, sp
    svc #0
    tbnz x0, #63, failed
execute:
    mov x8, #221                        // execve
    mov x0, x24
    mov x1, x20
    mov x2, x21
    svc #0
failed:
    neg x0, x0
    str x0, [sp, #-16]!
    mov x8, #64                         // write
    ldr w0, [x22]
    mov x1, sp
    mov x2, #4
    svc #0
    mov x8, #94                         // exit_group
    mov x0, #127
    svc #0
    .balign 8
mb_launcher_end:
#else
#error "the launcher is written for x86-64 and aarch64"
#endif
    .section .note.GNU-stack, "", %progbits
