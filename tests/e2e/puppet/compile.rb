# SPDX-License-Identifier: Apache-2.0
# Compiles manifests in one process: reads a JSON line {"name", "file", "facts", "apply"} for each, and
# writes a line with the catalog that Puppet's own compiler makes for that node, as the server stores
# it. Where `apply` is true, the catalog is applied to this machine first.
require 'json'
require 'puppet'

folder, modules = ARGV
settings = %w[vardir confdir logdir rundir].flat_map { |name| ["--#{name}", "#{folder}/#{name}"] }
Puppet.initialize_settings(settings + ['--modulepath', modules])
Puppet::Util::Log.level = :err
Puppet::Util::Log.newdestination(:console)

$stdin.each_line do |line|
  asked = JSON.parse(line)
  environment = Puppet::Node::Environment.create(:production, modules.split(':'), asked['file'])
  loaders = Puppet::Pops::Loaders.new(environment)
  Puppet.override(current_environment: environment, loaders: loaders) do
    facts = Puppet::Node::Facts.new(asked['name'], asked['facts'])
    node = Puppet::Node.new(asked['name'], environment: environment, facts: facts)
    node.merge({})
    catalog = Puppet::Parser::Compiler.compile(node)
    catalog.to_ral.apply if asked['apply']
    $stdout.puts(JSON.generate(catalog.to_data_hash))
    $stdout.flush
  end
end
