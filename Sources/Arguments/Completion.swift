// SPDX-License-Identifier: Apache-2.0

extension Program {
    /// The command that the scripts ask: its arguments are the words of a line up to the cursor, the program's name left
    /// out, and it prints what the last of them may become, a line each; ``filesLine`` where that may be a file too.
    public static var completionCommand: String { "__complete" }

    /// The line which says that files may follow as well.
    public static var filesLine: String { ":files" }

    /// A script for bash. What fits is asked of the program itself each time, so that it knows names that come and go.
    public var bashCompletion: String {
        """
        # Completion of \(name) for bash.
        _\(name)() {
            local line=${COMP_LINE:0:COMP_POINT} words cut found
            # Bash has cut the line at : and = too, which are part of words here.
            read -ra words <<<"$line"
            [[ $line != *[[:space:]] ]] || words+=("")
            local cur=${words[-1]}
            mapfile -t COMPREPLY < <("${words[0]/#\\~/$HOME}" \(Self.completionCommand) "${words[@]:1}" 2>/dev/null)
            if [[ ${#COMPREPLY[@]} -gt 0 && ${COMPREPLY[-1]} == \(Self.filesLine) ]]; then
                unset 'COMPREPLY[-1]'
                compopt -o filenames 2>/dev/null
                mapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(compgen -f -- "${cur##*=}")
            fi
            [[ ${#COMPREPLY[@]} -ne 1 || ${COMPREPLY[0]} != *[:=] ]] || compopt -o nospace 2>/dev/null
            # It puts in what stands behind its last cut alone.
            cut=${cur%"${cur##*[:=]}"}
            for found in "${!COMPREPLY[@]}"; do COMPREPLY[found]=${COMPREPLY[found]#"$cut"}; done
        }
        complete -F _\(name) \(name)

        """
    }

    /// The same for zsh.
    public var zshCompletion: String {
        """
        #compdef \(name)
        # Completion of \(name) for zsh.
        _\(name)() {
            local -a found open
            found=("${(@f)$("${(Q)words[1]/#\\~/$HOME}" \(Self.completionCommand) "${(@Q)words[2,CURRENT]}" 2>/dev/null)}")
            local files=0
            [[ ${found[-1]} != \(Self.filesLine) ]] || { files=1; found[-1]=(); }
            open=(${(M)found:#*[:=]})
            found=(${found:#*[:=]})
            (( ${#found} == 0 )) || compadd -- "${found[@]}"
            (( ${#open} == 0 )) || compadd -S '' -- "${open[@]}"
            (( files == 0 )) || { compset -P '*='; _files }
        }
        if [[ ${funcstack[1]-} == _\(name) ]]; then _\(name) "$@"; else compdef _\(name) \(name); fi

        """
    }

    /// The same for fish.
    public var fishCompletion: String {
        """
        # Completion of \(name) for fish.
        function __\(name)_complete
            set -l words (commandline -opc)
            set -l typed (commandline -ct)
            for found in (command $words[1] \(Self.completionCommand) $words[2..-1] "$typed" 2>/dev/null)
                if test "$found" = \(Self.filesLine)
                    set -l lead (string match -r '^--[^=]*=' -- "$typed")
                    for file in (__fish_complete_path (string replace -r '^--[^=]*=' '' -- "$typed"))
                        echo $lead$file
                    end
                else
                    echo $found
                end
            end
        end
        complete -c \(name) -f -a '(__\(name)_complete)'

        """
    }
}
