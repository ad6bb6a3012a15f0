// SPDX-License-Identifier: GPL-3.0-or-later
// Starts a program on a Cortex-M without an operating system; it talks to the emulator through semihosting.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>

extern "C" {

// Made by cortex_m.ld.
extern std::uint8_t memory_data_image[], memory_data[], memory_data_end[], memory_bss[], memory_bss_end[],
    memory_top[];

void __libc_init_array(void);
void initialise_monitor_handles(void);
int startProgram(int argc, char** argv) asm("main");

void _init(void) {}
void _fini(void) {}

[[noreturn]] void reset(void) {
    std::memcpy(memory_data, memory_data_image, static_cast<std::size_t>(memory_data_end - memory_data));
    std::memset(memory_bss, 0, static_cast<std::size_t>(memory_bss_end - memory_bss));
    initialise_monitor_handles();
    __libc_init_array();
    static char name[] = "golden_test";
    char* arguments[] = {name, nullptr};
    std::exit(startProgram(1, arguments));
}

[[noreturn]] void fault(void) {
    std::_Exit(3);
}

using Handler = void (*)(void);

// The first stack pointer, the reset handler and those of the faults.
[[gnu::section(".vectors"), gnu::used]] const Handler kVectors[16] = {
    reinterpret_cast<Handler>(memory_top), reset, fault, fault, fault, fault, fault,
};

} // extern "C"
