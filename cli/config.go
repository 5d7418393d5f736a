package cli

import (
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"
)

func (a *app) configCommand() *cobra.Command {
	var listen listenOptions
	var view viewOptions
	var path bool
	cmd := &cobra.Command{
		Use:   "config",
		Short: "Print the settings, and where each comes from",
		Long: `Print the settings that count, and where each comes from: flags count most, then the environment, then the file, then
what is built in. What is printed can be the file: keep what you want to change.`,
		Args: noArguments,
		Example: `goapptrace config
goapptrace config --path
GOAPPTRACE_MEMORY=2GiB goapptrace config --theme light`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			file, _, err := settingsFile(cmd.Flags())
			if path {
				if err != nil {
					return fmt.Errorf("there is no place for settings: %w", err)
				}
				fmt.Println(file)
				return nil
			}
			settings, err := loadSettings(cmd.Flags())
			if err != nil {
				return err
			}
			fmt.Printf("# goapptrace's settings. The file %s.\n\n", told(file))
			return settings.Write(os.Stdout)
		},
	}
	cmd.Flags().BoolVar(&path, "path", false, "print where the file with settings is, or may be")
	listen.register(cmd.Flags())
	for _, name := range []string{"secret-file", "tls-cert", "tls-key", "tls-client-ca", "insecure", "limit"} {
		_ = cmd.Flags().MarkHidden(name)
	}
	view.registerSettings(cmd.Flags())
	return cmd
}

// told says whether the file with settings is there.
func told(file string) string {
	if file == "" {
		return "has no place: there is no home directory"
	}
	if _, err := os.Stat(file); errors.Is(err, os.ErrNotExist) {
		return fmt.Sprintf("would be %s", file)
	}
	return "is " + file
}
